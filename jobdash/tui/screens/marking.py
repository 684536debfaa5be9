"""The keys that mark jobs. Marks are the engine's; what they are good for is elsewhere."""

from itertools import filterfalse

from jobdash.model.command import Action
from jobdash.model.job import JobKey
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

    def action_wait_for(self) -> None:
        """Is told when all of them have ended, and how; a second time: no longer."""
        waits, view = self.monitor.waits, self.monitor.view
        if waits.told:
            waits.stop()
            self.say("no longer waiting")
        elif not self.monitor.board.marks and not view.complete:
            self.say("the list is not complete yet: ask again in a moment", wrong=True)
        else:
            going_on = filterfalse(self._has_ended, view.keys())
            waits.start(self.monitor.board.marks or going_on)
            self.say(f"waiting: {waits.told}; you are told when all have" if waits.told else "none of them goes on")
        self.tell_keys()

    def _has_ended(self, key: JobKey) -> bool:
        job = self.monitor.job(key)
        return job is None or job.state.ended

    def action_clear_marks(self) -> None:
        self.jobs.range_from = None
        self.monitor.board.clear_marks()
        self.marks_changed()

    def marks_changed(self) -> None:
        self.jobs.repaint_changed()
        self.rows_changed()
        self.tell_keys()
