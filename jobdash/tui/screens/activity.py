"""What was changed in this run of jobdash: every bulk with its progress and results, and the changes of single jobs."""

from textual.app import ComposeResult
from textual.worker import Worker

from jobdash.engine.bulk.run import Run
from jobdash.engine.monitor import Monitor
from jobdash.model.job import JobKey
from jobdash.tui.actions import Where, bindings, rows
from jobdash.tui.presentation import bulk
from jobdash.tui.presentation.age import Moment, Times
from jobdash.tui.presentation.spans import EMPTY, Line, Span
from jobdash.tui.screens.acting import OPENS, Acting
from jobdash.tui.screens.standing import stands
from jobdash.tui.widgets.footer import Footer
from jobdash.tui.widgets.scrolled_lines import ScrolledLines
from jobdash.tui.widgets.still_lines import StillLines
from jobdash.tui.widgets.title_bar import TitleBar

EVERY = 0.25
"""Seconds between two looks at what goes on."""

MOST_RUNS = 6
MOST_SINGLE = 50


class ActivityScreen(Acting[None]):
    """One bulk is chosen, the newest at first; its results scroll below."""

    BINDINGS = bindings(Where.ACTIVITY)
    DEFAULT_CSS = """
    ActivityScreen { layout: vertical; background: $background; color: $ink; }
    ActivityScreen #runs { margin: 1 0; }
    ActivityScreen ScrolledLines { height: 1fr; }
    ActivityScreen Footer { background: $surface; }
    """

    def __init__(self, monitor: Monitor) -> None:
        super().__init__(monitor)
        self._index = max(0, len(monitor.bulks.runs) - 1)
        self._drawn: object = None

    def compose(self) -> ComposeResult:
        yield TitleBar()
        yield StillLines(id="runs")
        yield ScrolledLines()
        yield Footer()

    def on_mount(self) -> None:
        self.query_one(ScrolledLines).focus()
        self.set_interval(EVERY, self.look_again)
        self.call_after_refresh(self.look_again)

    def on_resize(self) -> None:
        self._drawn = None
        self.look_again()

    @property
    def subject(self) -> JobKey | None:
        return None

    @property
    def run(self) -> Run | None:
        """The chosen one."""
        runs = self.monitor.bulks.runs
        return runs[min(self._index, len(runs) - 1)] if runs else None

    def look_again(self) -> None:
        """Draws what is different by now."""
        if not stands(self):
            return
        clock, run = self.monitor.clock, self.run
        moment = Moment(clock.now(), clock.monotonic(), Times.UTC)
        self.query_one(TitleBar).tell(moment, "activity")
        heads = self._heads(moment.now)
        board = self.query_one("#runs", StillLines)
        board.styles.height = len(heads)
        board.show(heads)
        self._show_results(run)
        self.query_one(Footer).tell(
            [*rows(Where.ACTIVITY), *rows(Where.EVERYWHERE)], lambda row: self._possible(row.id)
        )

    def _heads(self, now: float) -> list[Line]:
        runs = self.monitor.bulks.runs
        if not runs:
            return [(Span(" no bulk yet: mark jobs with space or *, then P U X R D", "quiet"),)]
        first = max(0, min(self._index, len(runs) - MOST_RUNS))
        width = self.app.size.width
        return [bulk.head(run, now, width, chosen=run is self.run) for run in runs[first : first + MOST_RUNS]]

    def _show_results(self, run: Run | None) -> None:
        place = self.query_one(ScrolledLines)
        single = [outcome for outcome in self.monitor.changes() if outcome.command.bulk is None][:MOST_SINGLE]
        drawn = (run, len(run.results) if run else 0, run.why if run else None, tuple(single))
        if drawn == self._drawn or not place.size.width:
            return
        self._drawn = drawn
        lines = bulk.results(run, place.text_width) if run is not None else []
        if single:
            heading: Line = (Span("single changes", "heading"),)
            lines += [*([EMPTY] if lines else []), heading, *bulk.single(single, place.text_width)]
        place.show(lines)

    def _possible(self, id: str) -> bool:
        run = self.run
        if id == "stop_bulk":
            return run is not None and run.ended_at is None and run.why is None
        return id != "retry_failed" or (run is not None and run.failed > 0)

    # keys

    def action_stop_bulk(self) -> None:
        run = self.run
        if run is None or run.ended_at is not None:
            self.say("nothing runs here", wrong=True)
            return
        run.stop()
        self.look_again()

    def action_retry_failed(self) -> None:
        run = self.run
        if run is None or run.ended_at is None or not run.failed:
            self.say("there are no failed jobs to try again" if run is None or not run.failed else "it still runs")
            return

        async def work() -> None:
            self.ask_plan(await self.monitor.bulks.again(run))

        _: Worker[None] = self.run_worker(work, group=OPENS, exclusive=True)

    def action_run_after(self) -> None:
        self._choose(1)

    def action_run_before(self) -> None:
        self._choose(-1)

    def _choose(self, steps: int) -> None:
        self._index = max(0, min(self._index + steps, len(self.monitor.bulks.runs) - 1))
        self.query_one(ScrolledLines).action_to_top()
        self.look_again()

    def action_back(self) -> None:
        self.dismiss(None)
