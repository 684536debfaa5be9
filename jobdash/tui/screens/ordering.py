"""The keys that put rows in order and in groups: what can be picked, and what the monitor is told then."""

from jobdash.engine import fields
from jobdash.engine.group import FINGERPRINT, GROUPABLE
from jobdash.engine.sort import WORST, Sort, SortKey
from jobdash.model.errors import QueryError
from jobdash.tui.messages import GroupToggled, SortRequested
from jobdash.tui.presentation import heads
from jobdash.tui.presentation.choices import Choice
from jobdash.tui.screens.list_screen import ListScreen
from jobdash.tui.screens.pick import PickScreen

GROUP_NOTES = {
    "server": "one group a server",
    "queue": "by the queue a job waits in",
    "type": "by kind of work",
    "state": "worst state first by name",
    "worker": "who works on it",
    FINGERPRINT: "jobs that failed alike",
}


class Ordering(ListScreen):
    """`s S b` and the arrows that fold; a click on a header of a column or of a group."""

    def action_sort_by(self) -> None:
        sort = self.monitor.board.sort
        found = [Choice(WORST, "worst first", "stuck, failed, overdue, running, waiting ...")]
        found += [Choice(field.name, field.name, field.doc) for field in fields.FIELDS]

        def check(text: str) -> str | None:
            try:
                Sort.parse(text)
            except QueryError as problem:
                return str(problem)
            return None

        picker = PickScreen(
            f"Sort by (now {heads.told(sort)})",
            found,
            current=sort.keys[0].name,
            check=check,
            hint="or several, as in age,-progress, or data.customer",
        )
        self.app.push_screen(picker, self._sort_picked)

    def _sort_picked(self, picked: str | None) -> None:
        if picked is not None:
            self._sort(Sort.parse(picked))

    def action_reverse(self) -> None:
        self._sort(self.monitor.board.sort.reversed())

    def on_sort_requested(self, message: SortRequested) -> None:
        sort = self.monitor.board.sort
        again = len(sort.keys) == 1 and sort.keys[0].name == message.field
        self._sort(sort.reversed() if again else Sort((SortKey(message.field),)))

    def _sort(self, sort: Sort) -> None:
        self.monitor.board.set_sort(sort)
        self.rows_changed()

    # groups

    def action_group_by(self) -> None:
        now = self.monitor.board.grouping
        found = [Choice("", "no groups", "one list"), *(Choice(name, name, GROUP_NOTES[name]) for name in GROUPABLE)]
        if FINGERPRINT in self.monitor.board.groupable:
            found.append(Choice(FINGERPRINT, FINGERPRINT, GROUP_NOTES[FINGERPRINT]))

        def picked(by: str | None) -> None:
            if by is not None:
                self.monitor.board.set_grouping(by)
                self.rows_changed()

        self.app.push_screen(PickScreen("Group by", found, current=now), picked)

    def action_fold_group(self) -> None:
        self._fold(folded=True)

    def action_unfold_group(self) -> None:
        self._fold(folded=False)

    def action_fold_all(self) -> None:
        self.monitor.board.fold_all(folded=True)
        self.rows_changed()

    def action_unfold_all(self) -> None:
        self.monitor.board.fold_all(folded=False)
        self.rows_changed()

    def on_group_toggled(self, message: GroupToggled) -> None:
        self.monitor.board.fold(message.group.value, folded=not message.group.folded)
        self.rows_changed()

    def _fold(self, *, folded: bool) -> None:
        """Folds the group under the cursor, or the one that the job under the cursor is in."""
        view, jobs = self.monitor.view, self.jobs
        at = jobs.index if jobs.heading is not None else view.header_of(jobs.cursor) if jobs.cursor else None
        group = view.group_at(at) if at is not None else None
        if group is not None and at is not None:
            self.monitor.board.fold(group.value, folded=folded)
            if folded:
                jobs.put_cursor(at)
            self.rows_changed()
