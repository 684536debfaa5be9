"""Failures by fingerprint: three causes, not a thousand rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.screen import Screen

from jobdash.engine.failures import Group
from jobdash.engine.monitor import Monitor
from jobdash.engine.where import frame_in
from jobdash.model.job import JobKey
from jobdash.tui.actions import Where, bindings, rows
from jobdash.tui.presentation import failure_row, server_line
from jobdash.tui.presentation.age import Moment, Times
from jobdash.tui.presentation.safe import one_line
from jobdash.tui.presentation.spans import EMPTY, Line, Span, spread
from jobdash.tui.screens.standing import stands
from jobdash.tui.widgets.failure_list import FailureList
from jobdash.tui.widgets.footer import Footer
from jobdash.tui.widgets.still_lines import StillLines
from jobdash.tui.widgets.title_bar import TitleBar

ABOUT = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The query that narrows the list to a fingerprint, whether its jobs are to be marked, and which to restart."""

    query: str
    mark: bool = False
    restart: Sequence[JobKey] = ()


class FailuresScreen(Screen[Chosen | None], inherit_bindings=False):
    """Gives back what the list is to be narrowed to, None when it was only looked at."""

    BINDINGS = bindings(Where.FAILURES)
    DEFAULT_CSS = """
    FailuresScreen { layout: vertical; background: $background; color: $ink; }
    FailuresScreen #head { height: 2; margin: 1 0 0 0; }
    FailuresScreen FailureList { height: 1fr; }
    FailuresScreen #about { height: 10; border-top: solid $rule; }
    FailuresScreen Footer { background: $surface; }
    """

    def __init__(self, monitor: Monitor, times: Times) -> None:
        super().__init__()
        self.monitor = monitor
        self.times = times
        self._rested: str | None = None

    def compose(self) -> ComposeResult:
        yield TitleBar()
        yield StillLines(id="head")
        yield FailureList()
        yield StillLines(id="about")
        yield Footer()

    def on_mount(self) -> None:
        self.query_one(FailureList).focus()
        self.set_interval(1.0, self.tick)
        self.call_after_refresh(self.look_again)

    def on_resize(self) -> None:
        self.look_again()

    def tick(self) -> None:
        """Where the eye rests on failures that do not say where they happened, one of them is read in full."""
        group = self.query_one(FailureList).group if stands(self) else None
        rested, self._rested = self._rested, group.fingerprint.id if group is not None else None
        if group is not None and rested == self._rested and not group.fingerprint.frame:
            view = self.monitor.detail(group.example)
            if view is None or (view.detail is None and view.problem is None):
                self.monitor.read_jobs((group.example,))
        self.look_again()

    def look_again(self) -> None:
        """Draws what is known now."""
        if not stands(self):
            return
        failures, clock = self.monitor.failures, self.monitor.clock
        moment = Moment(clock.now(), clock.monotonic(), self.times)
        groups = failures.groups()
        width = self.app.size.width
        middle = server_line.folded(self.monitor.servers(), moment.monotonic)
        self.query_one(TitleBar).tell(moment, "failures", middle)
        self.query_one("#head", StillLines).show([self._head(len(groups), width)])
        self.query_one(FailureList).tell(groups, failures.total, moment)
        self._tell_about(moment, width - 3)
        self.query_one(Footer).tell([*rows(Where.FAILURES), *rows(Where.EVERYWHERE)], lambda row: True)

    def _head(self, kinds: int, width: int) -> Line:
        failures = self.monitor.failures
        if not failures.total:
            return (Span("  nothing has failed, as far as is known here", "quiet"),)
        jobs = "1 failure" if failures.total == 1 else f"{failures.total:,} failures"
        causes = "1 cause" if kinds == 1 else f"{kinds:,} causes"
        more = f"   {failures.waiting:,} still to be looked at" if failures.waiting else ""
        return spread((Span(f"  {jobs}, {causes}", "bold"), Span(more, "quiet")), (Span("last  ", "quiet"),), width)

    def _tell_about(self, moment: Moment, width: int) -> None:
        group, board = self.query_one(FailureList).group, self.query_one("#about", StillLines)
        job = self.monitor.job(group.example) if group is not None else None
        if group is None or job is None:
            board.show([EMPTY])
            return
        example = failure_row.Example(job, self._where(group), self.monitor.runbooks.of(job))
        said = failure_row.about(group, example, moment, width)
        board.show([(Span("  "), *line) for line in said[:ABOUT]])

    def _where(self, group: Group) -> str:
        """By what all of them tell, else by the one that was read in full."""
        view = self.monitor.detail(group.example)
        told = frame_in(view.detail) if view is not None and view.detail is not None else None
        return group.fingerprint.frame or told or ""

    def on_failure_list_moved(self) -> None:
        self.look_again()

    # keys

    def action_narrow(self) -> None:
        if (group := self._chosen()) is not None:
            self._leave(Chosen(query=_query(group)))

    def action_narrow_and_mark(self) -> None:
        if (group := self._chosen()) is not None:
            self._leave(Chosen(query=_query(group), mark=True))

    def action_restart_alike(self) -> None:
        if (group := self._chosen()) is not None:
            self._leave(Chosen(query=_query(group), restart=tuple(group.keys)))

    def _chosen(self) -> Group | None:
        group = self.query_one(FailureList).group
        if group is None:
            self.notify("nothing has failed", severity="warning", markup=False)
        return group

    def _leave(self, chosen: Chosen | None) -> None:
        self.monitor.failures.looked()
        self.dismiss(chosen)

    def action_leave_failures(self) -> None:
        self._leave(None)

    def action_copy_fingerprint(self) -> None:
        group = self.query_one(FailureList).group
        if group is not None:
            self.app.copy_to_clipboard(group.fingerprint.id)
            self.notify(one_line(f"copied {group.fingerprint.id}"), markup=False)


def _query(group: Group) -> str:
    return f"fingerprint:{group.fingerprint.id}"
