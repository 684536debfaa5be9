"""How every server is: verdict, reasons and figures; and the past of the chosen one as charts."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.worker import Worker, WorkerState

from jobdash.engine.history.history import Past
from jobdash.engine.metrics.place import Place
from jobdash.engine.monitor import Monitor, ServerView
from jobdash.tui.actions import Where, bindings
from jobdash.tui.presentation import chart_lines, health_lines, server_words
from jobdash.tui.presentation.age import Times
from jobdash.tui.presentation.health_lines import Block
from jobdash.tui.presentation.safe import one_line
from jobdash.tui.presentation.spans import Line, Span
from jobdash.tui.screens.news_screen import NewsScreen
from jobdash.tui.screens.standing import stands
from jobdash.tui.widgets.footer import Footer
from jobdash.tui.widgets.scrolled_lines import ScrolledLines
from jobdash.tui.widgets.still_lines import StillLines
from jobdash.tui.widgets.title_bar import TitleBar

WINDOWS = (300.0, 3600.0, 6 * 3600.0, 86400.0, 7 * 86400.0, 30 * 86400.0)
FIGURES = (
    ("depth", "failed_percent"),
    ("throughput", "failures"),
    ("oldest_waiting", "wait_p95"),
    ("run_p50", "run_p95"),
    ("workers", "utilisation"),
    ("cpu", "memory"),
)
TREND = 12
"""Cells of the sparklines beside the figures."""

READ = "past"


class HealthScreen(NewsScreen[None]):
    """The first drawing needs nothing of the past; that is read beside it."""

    WHERE = Where.HEALTH
    TITLE_WORD = "health"
    BINDINGS = bindings(Where.HEALTH)
    DEFAULT_CSS = """
    HealthScreen { layout: vertical; background: $background; color: $ink; }
    HealthScreen ScrolledLines { height: 1fr; margin: 1 0 0 0; }
    HealthScreen #chart { height: 45%; border-top: solid $rule; }
    HealthScreen Footer { background: $surface; }
    """

    def __init__(self, monitor: Monitor, times: Times = Times.RELATIVE) -> None:
        super().__init__(monitor, times)
        self._chosen = 0
        self._window = 1
        self._figures = 0
        self._past: Past | None = None
        self._past_of: tuple[str, int, int] | None = None

    def compose(self) -> ComposeResult:
        yield TitleBar()
        board = ScrolledLines()
        board.can_focus = False
        yield board
        yield StillLines(id="chart")
        yield Footer()

    @property
    def server(self) -> ServerView | None:
        """The server whose past is shown."""
        servers = self.monitor.servers()
        return servers[min(self._chosen, len(servers) - 1)] if servers else None

    def show(self) -> None:
        servers, width = self.monitor.servers(), self.app.size.width
        names = min(health_lines.NAME_MOST, max((len(one_line(server.name)) for server in servers), default=0))
        lines: list[Line] = []
        starts: list[int] = []
        for number, server in enumerate(servers):
            starts.append(len(lines))
            chosen = number == self._chosen
            lines += health_lines.lines(self._block(server, parts=chosen), width, chosen=chosen, names=names)
        board = self.query_one(ScrolledLines)
        board.show(lines or [(Span("  No server is being watched", "bold"),)])
        if starts:
            at = starts[min(self._chosen, len(starts) - 1)]
            if not board.scroll_offset.y <= at < board.scroll_offset.y + max(1, board.size.height - 3):
                board.scroll_to(y=at, animate=False)
        self._show_chart()
        self._read()

    def _block(self, server: ServerView, *, parts: bool) -> Block:
        vitals = self.monitor.vitals
        places = vitals.sight.places(server.name) if parts else ()
        queues, width = self.monitor.queues(server.name), self.app.size.width - 8
        return Block(
            server.name,
            vitals.health(server.name, server.status, server.queue.health if server.queue else None),
            vitals.sight.figures.get(server.name, {}),
            {"throughput": vitals.sight.trend(server.name, 20.0, TREND), "depth": vitals.sight.depths(server.name)},
            [(_label(place), vitals.sight.at(place)) for place in places[:40]],
            [*server_words.remarked(server, width), *(server_words.lines(queues, width) if parts else ())],
        )

    def _show_chart(self) -> None:
        board, server = self.query_one("#chart", StillLines), self.server
        if server is None:
            board.show(())
            return
        past = self._past if self._past_of == self._wanted() else None
        events = self.monitor.vitals.events(server.name)
        width, height = self.app.size.width, max(6, board.size.height)
        board.show(chart_lines.lines(past, self._names(), events, width, height))

    def _names(self) -> Sequence[str]:
        return FIGURES[self._figures]

    def _wanted(self) -> tuple[str, int, int]:
        server = self.server
        return (server.name if server is not None else "", self._window, self._figures)

    def _read(self) -> None:
        if any(worker.name == READ and worker.is_running for worker in self.workers):
            return
        self.run_worker(self._read_past(), name=READ, exit_on_error=False)

    async def _read_past(self) -> None:
        wanted, server = self._wanted(), self.server
        if server is None:
            return
        steps = chart_lines.width_of_chart(self.app.size.width) * 2
        past = await self.monitor.vitals.past(server.name, self._names(), WINDOWS[self._window], steps)
        self._past, self._past_of = past, wanted
        if stands(self):
            self._show_chart()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR:
            self.say(f"the past cannot be shown: {event.worker.error}", wrong=True)

    def action_choose_after(self) -> None:
        self._turn(chosen=1)

    def action_choose_before(self) -> None:
        self._turn(chosen=-1)

    def action_longer(self) -> None:
        self._turn(window=1)

    def action_shorter(self) -> None:
        self._turn(window=-1)

    def action_other_figures(self) -> None:
        self._turn(figures=1)

    def _turn(self, chosen: int = 0, window: int = 0, figures: int = 0) -> None:
        last = max(0, len(self.monitor.servers()) - 1)
        self._chosen = max(0, min(last, self._chosen + chosen))
        self._window = max(0, min(len(WINDOWS) - 1, self._window + window))
        self._figures = (self._figures + figures) % len(FIGURES)
        self.show()

    def action_leave_screen(self) -> None:
        self.dismiss(None)


def _label(place: Place) -> str:
    return f"queue {place.queue}" if place.queue else place.type
