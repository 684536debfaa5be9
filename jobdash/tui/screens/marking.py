"""The keys that mark jobs. Marks are the engine's; what they are good for is elsewhere."""

from jobdash.model.command import Action
from jobdash.tui.screens.list_screen import ListScreen


class Marking(ListScreen):
    """`space V * \\`: one, a range, all that match, none."""

    def action_mark(self) -> None:
        jobs = self.jobs
        if jobs.cursor is None:
            self._mark_group()
            return
        self.monitor.board.mark(jobs.cursor)
        jobs.range_from = None
        jobs.move_to(jobs.index + 1)
        self.marks_changed()

    def _mark_group(self) -> None:
        """On a header: every job of the group, as long as its rows are there."""
        heading, at = self.jobs.heading, self.jobs.index
        if heading is None or heading.folded:
            self.say("unfold the group to mark its jobs; * marks all that match", wrong=True)
            return
        self.monitor.board.mark_range(at + 1, at + heading.total)
        self.marks_changed()

    def action_mark_range(self) -> None:
        """The first time it begins at the cursor, the second time everything up to the cursor is marked."""
        jobs, view = self.jobs, self.monitor.view
        start = view.position(jobs.range_from) if jobs.range_from is not None else None
        if start is None:
            jobs.range_from = jobs.cursor
        else:
            self.monitor.board.mark_range(start, jobs.index)
            jobs.range_from = None
        self.marks_changed()

    def action_mark_all(self) -> None:
        self.jobs.range_from = None
        self.monitor.board.mark_all()
        self.marks_changed()

    def ask_matching(self, action: Action) -> None:
        """Opens the question for all jobs that match, as they are listed now."""
        view = self.monitor.view
        if not view.complete:
            self.say("the list is not complete yet: ask again in a moment", wrong=True)
            return
        self.ask_many(action, list(view.keys()))

    def action_clear_marks(self) -> None:
        self.jobs.range_from = None
        self.monitor.board.clear_marks()
        self.marks_changed()

    def marks_changed(self) -> None:
        self.monitor.keep(self.monitor.board.marks)
        self.jobs.repaint_changed()
        self.rows_changed()
        self.tell_keys()
