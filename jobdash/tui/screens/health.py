"""How every server is: verdict, reasons and figures; and the past of the chosen one as charts."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.worker import Worker, WorkerState

from jobdash.engine.alerts.subjects import terms_of
from jobdash.engine.health import Verdict
from jobdash.engine.history.history import Past
from jobdash.engine.metrics.place import Place
from jobdash.engine.monitor import Monitor, ServerView
from jobdash.model.server import Phase
from jobdash.tui.actions import Where, bindings
from jobdash.tui.presentation import chart_lines, health_lines, server_words
from jobdash.tui.presentation.age import Times
from jobdash.tui.presentation.health_lines import Block
from jobdash.tui.presentation.part_rows import Part
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
URGENCY = (Verdict.CRITICAL, Verdict.WARNING, Verdict.UNKNOWN, Verdict.OK)
TREND = 12
"""Cells of the sparklines beside the figures."""

READ = "past"


class HealthScreen(NewsScreen[Where | str | None]):
    """Gives back the query of jobs to see, another screen, or None. The past is read beside the first drawing."""

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
        self._server = ""
        self._part: Place | None = None
        self._stands: tuple[Place, list[str]] | None = None
        self._window = 1
        self._figures = 0
        self._past: Past | None = None
        self._past_of: tuple[Place, int, int] | None = None

    def compose(self) -> ComposeResult:
        yield TitleBar()
        board = ScrolledLines()
        board.can_focus = False
        yield board
        yield StillLines(id="chart")
        yield Footer()

    @property
    def servers(self) -> Sequence[ServerView]:
        """All of them, the worst on top."""
        return sorted(
            self.monitor.servers(), key=lambda s: URGENCY.index(s.health.verdict) if s.health else len(URGENCY)
        )

    @property
    def server(self) -> ServerView | None:
        """The server that is chosen."""
        servers = self.servers
        return next((server for server in servers if server.name == self._server), servers[0] if servers else None)

    @property
    def place(self) -> Place:
        """Whose past is shown: a queue or type of the server, or the server as a whole."""
        server = self.server
        if self._part is not None and server is not None and self._part in self._parts_of(server):
            return self._part
        return Place(server.name if server is not None else "")

    def show(self) -> None:
        servers, width, place = self.servers, self.app.size.width, self.place
        names = min(health_lines.NAME_MOST, max((len(one_line(server.name)) for server in servers), default=0))
        lines: list[Line] = []
        at = 0
        for server in servers:
            chosen = server.name == place.server
            if chosen:
                at = len(lines)
            block = self._block(server, parts=chosen)
            lines += health_lines.lines(block, width, chosen=chosen, names=names)
            if chosen and self._part == place:
                at = len(lines) - 2 - len(block.parts) + [part.chosen for part in block.parts].index(True)
        board = self.query_one(ScrolledLines)
        board.show(lines or [(Span("  No server is being watched", "bold"),)])
        stood, self._stands = self._stands, (place, [server.name for server in servers])
        if stood != self._stands and not board.scroll_offset.y <= at < board.scroll_offset.y + max(
            1, board.size.height - 3
        ):
            board.scroll_to(y=max(0, at - 1), animate=False)
        self._show_chart()
        self._read()

    def _parts_of(self, server: ServerView) -> Sequence[Place]:
        """None of a server that is not heard: nothing is known of them, and it says so itself."""
        return self.monitor.vitals.sight.parts(server.name) if server.status.phase is Phase.LIVE else ()

    def _block(self, server: ServerView, *, parts: bool) -> Block:
        vitals, place = self.monitor.vitals, Place(server.name)
        queues, width = self.monitor.queues(server.name), self.app.size.width - 8
        return Block(
            server.name,
            server.health or vitals.health(place, server.status),
            vitals.sight.figures.get(server.name, {}),
            server.queue.health if server.queue is not None else None,
            {"throughput": vitals.sight.trend(place, 20.0, TREND), "depth": vitals.sight.depths(place)},
            [self._row(part, server) for part in self._parts_of(server)] if parts else (),
            [
                *server_words.remarked(server, width),
                *(server_words.hooked(server.name, self.monitor.hooks, width) if server.capabilities.webhook else ()),
                *(server_words.lines(queues, width) if parts else ()),
            ],
        )

    def _row(self, place: Place, server: ServerView) -> Part:
        vitals = self.monitor.vitals
        found = vitals.sight.at(place)
        verdict = vitals.health(place, server.status, figures=found).verdict
        kind, name = ("queue", place.queue) if place.queue else ("type", place.type)
        return Part(kind, name, verdict, found, vitals.sight.depths(place), chosen=place == self._part)

    def _show_chart(self) -> None:
        board, place = self.query_one("#chart", StillLines), self.place
        if not place.server:
            board.show(())
            return
        past = self._past if self._past_of == self._wanted() else None
        events = [e for e in self.monitor.vitals.events(place.server) if place in (Place(place.server), e.key[1:])]
        size = self.app.size.width, max(6, board.size.height)
        board.show(chart_lines.lines(past, one_line(str(place)), self._names(), events, size))

    def _names(self) -> Sequence[str]:
        return FIGURES[self._figures]

    def _wanted(self) -> tuple[Place, int, int]:
        return self.place, self._window, self._figures

    def _read(self) -> None:
        if any(worker.name == READ and worker.is_running for worker in self.workers):
            return
        self.run_worker(self._read_past(), name=READ, exit_on_error=False)

    async def _read_past(self) -> None:
        wanted = self._wanted()
        steps = chart_lines.width_of_chart(self.app.size.width) * 2
        past = await self.monitor.vitals.past(wanted[0], self._names(), WINDOWS[self._window], steps)
        self._past, self._past_of = past, wanted
        if stands(self):
            self._show_chart()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR:
            self.say(f"the past cannot be shown: {event.worker.error}", wrong=True)

    def action_page_down(self) -> None:
        self.query_one(ScrolledLines).action_page_down()

    def action_page_up(self) -> None:
        self.query_one(ScrolledLines).action_page_up()

    def action_choose_after(self) -> None:
        self._choose(1)

    def action_choose_before(self) -> None:
        self._choose(-1)

    def _choose(self, step: int) -> None:
        names = [server.name for server in self.servers]
        if names:
            self._server = names[max(0, min(len(names) - 1, names.index(self.place.server) + step))]
            self._part = None
        self.show()

    def action_part_after(self) -> None:
        self._choose_part(1)

    def action_part_before(self) -> None:
        self._choose_part(-1)

    def _choose_part(self, step: int) -> None:
        """The server as a whole stands before its queues and types."""
        server = self.server
        if server is None:
            return
        places = [Place(server.name), *self._parts_of(server)]
        at = max(0, min(len(places) - 1, places.index(self.place) + step))
        self._server, self._part = server.name, places[at] if at else None
        if len(places) == 1:
            self.say(f"{server.name} tells of no queues or types")
        self.show()

    def action_longer(self) -> None:
        self._turn(window=1)

    def action_shorter(self) -> None:
        self._turn(window=-1)

    def action_other_figures(self) -> None:
        self._turn(figures=1)

    def _turn(self, window: int = 0, figures: int = 0) -> None:
        self._window = max(0, min(len(WINDOWS) - 1, self._window + window))
        self._figures = (self._figures + figures) % len(FIGURES)
        self.show()

    def action_show_jobs(self) -> None:
        """The jobs of the server, or of the queue or type."""
        self.dismiss(terms_of(self.place))

    def action_alerts(self) -> None:
        self.dismiss(Where.ALERTS)

    def action_leave_screen(self) -> None:
        self.dismiss(None)
