"""The main screen: servers, jobs, and the job under the cursor. Decides where they stand, nothing else."""

from collections.abc import Sequence

from textual.app import ComposeResult

from jobdash.engine.kept_views import KeptViews
from jobdash.engine.monitor import Batch, Monitor, ServerView
from jobdash.engine.saved import ViewBook
from jobdash.model.errors import QueryError
from jobdash.model.job import JobKey
from jobdash.tui.actions import Where, bindings
from jobdash.tui.messages import (
    EngineStopped,
    GroupToggled,
    JobHighlighted,
    JobOpened,
    QueryChanged,
    QueryClosed,
)
from jobdash.tui.presentation import heads, server_line
from jobdash.tui.presentation.age import Moment, Times
from jobdash.tui.presentation.rest import Rest, at_rest
from jobdash.tui.presentation.spans import Line, Span
from jobdash.tui.presentation.tabs import Tab
from jobdash.tui.screens.adding import Adding
from jobdash.tui.screens.alerting import Alerting
from jobdash.tui.screens.detail import DetailScreen
from jobdash.tui.screens.holding import Holding
from jobdash.tui.screens.logs import LogsScreen
from jobdash.tui.screens.ordering import Ordering
from jobdash.tui.screens.saving import Saving
from jobdash.tui.screens.turning import Turning
from jobdash.tui.screens.understanding import Understanding
from jobdash.tui.widgets.cuts import Covered, Cuts
from jobdash.tui.widgets.detail_pane import DetailPane
from jobdash.tui.widgets.filter_input import FilterInput
from jobdash.tui.widgets.footer import Footer
from jobdash.tui.widgets.job_list import JobList
from jobdash.tui.widgets.server_strip import ServerStrip
from jobdash.tui.widgets.title_bar import TitleBar

BESIDE_FROM = 110
BELOW_FROM = 40
STRIP_FROM = 30
JUST_NOW = 0.4
"""Seconds after news in which the frame is not told once more only because time passes: that would be another paint."""

MERGED = 50
"""So many logs are merged at most."""


class MainScreen(Ordering, Saving, Understanding, Holding, Turning, Adding, Alerting):
    """From 110 columns the detail stands beside the list, on tall narrow screens below it, else `enter` opens it."""

    WHERE = Where.LIST
    BINDINGS = bindings(Where.LIST, moves=False)
    DEFAULT_CSS = """
    MainScreen { layout: vertical; }
    MainScreen #body { layout: horizontal; width: 1fr; height: 1fr; overflow: hidden; layers: behind default; }
    MainScreen JobList { width: 1fr; height: 1fr; }
    MainScreen DetailPane { display: none; width: 34%; min-width: 42; height: 1fr; border-left: solid $rule; }
    MainScreen.-pane DetailPane { display: block; }
    MainScreen.-below #body { layout: vertical; }
    MainScreen.-below DetailPane { width: 1fr; height: 45%; border-left: none; border-top: solid $rule; }
    MainScreen.-fold ServerStrip { display: none; }
    MainScreen Footer { background: $surface; }
    MainScreen Footer.-production { background: $danger 15%; }
    """

    def __init__(
        self,
        monitor: Monitor,
        book: ViewBook | None = None,
        *,
        kept: KeptViews | None = None,
        slow_link: bool = False,
    ) -> None:
        super().__init__(monitor)
        self._book, self.kept = book or ViewBook(), kept
        self._wanted: bool | None = None
        self._painted, self._told_at = False, -JUST_NOW
        self._rest_of_list, self._rest_of_pane = Rest(), Rest()
        self._slow_link = slow_link

    def compose(self) -> ComposeResult:
        self._fit()  # before there are parts whose styles would have to follow
        yield TitleBar()
        yield ServerStrip()
        yield FilterInput(self.monitor)
        with Covered(id="body"):
            yield Cuts()
            yield JobList(self.monitor)
            yield DetailPane(self.monitor)
        yield Footer()

    def on_mount(self) -> None:
        self.jobs.spare = self._slow_link
        self.jobs.focus()
        self.begin_viewing(self._book)
        self.place_parts()

    @property
    def pane(self) -> DetailPane:
        return self.query_one(DetailPane)

    @property
    def subject(self) -> JobKey | None:
        return self.jobs.cursor

    # where things stand

    @property
    def has_pane(self) -> bool:
        """Whether the job under the cursor is shown in full on this screen."""
        return self.has_class("-pane")

    @property
    def is_folded(self) -> bool:
        """Whether the servers share one line."""
        return self.has_class("-fold")

    def place_parts(self) -> None:
        """Fits the parts to the terminal, and to what the person wanted."""
        self._fit()
        self.jobs.beside = self.has_pane and self.app.size.width >= BESIDE_FROM
        self.look_again()

    def _fit(self) -> None:
        width, height = self.app.size
        room = width >= BESIDE_FROM or height >= BELOW_FROM
        self.set_class(room if self._wanted is None else self._wanted, "-pane")
        self.set_class(width < BESIDE_FROM, "-below")
        self.set_class(height < STRIP_FROM, "-fold")

    def on_resize(self) -> None:
        self.place_parts()

    # news

    def take(self, batch: Batch) -> None:
        before = self.subject
        with self.jobs.prevent(JobHighlighted):
            self.jobs.take(batch)
        self._painted, self._told_at = True, self.monitor.clock.monotonic()
        if self.subject != before:
            self.carried()
        elif self.has_pane and not self.is_frozen:
            self.pane.take(batch)
        self._tell_frame()

    def rows_changed(self) -> None:
        self.jobs.follow_rows()
        self.jobs.repaint_changed()
        self.jobs.refresh()
        self._tell_frame()
        self.tell_keys()

    def chosen(self) -> Sequence[JobKey]:
        return tuple(self.monitor.board.marks)

    def footnote(self) -> Line:
        count = len(self.monitor.board.marks)
        ranged = "V ends the range  " if self.jobs.range_from is not None else ""
        marked = f"{ranged}{count:,} marked" if count or ranged else ""
        parts = [part for part in (marked, self.monitor.waits.told) if part]
        return (Span("  ".join(parts), "bold brand"),) if parts else ()

    def look_again(self) -> None:
        self.jobs.times = self.pane.times = self.times
        self.jobs.look_again()
        self.query_one(Cuts).stand_at(self.jobs.edges)
        self.pane.look_again()
        self._tell_frame()
        self.tell_keys()

    def tick(self) -> None:
        now, visible = self.monitor.clock.now(), self.jobs.visible_keys()
        if not self._painted and self._rest_of_list.is_over(at_rest(map(self.monitor.job, visible), now)):
            self.jobs.repaint_changed()
        self._painted = False
        if self.has_pane and not self.is_frozen and self._rest_of_pane.is_over(self.pane.is_at_rest(now)):
            self.pane.look_again()
        if self.monitor.clock.monotonic() - self._told_at > JUST_NOW:
            self._tell_frame()
        self.look_on()

    def _tell_frame(self) -> None:
        moment, servers = self.moment(), self.monitor.servers()
        self._tell_title(moment, servers)
        board, view = self.monitor.board, self.monitor.view
        order = heads.told(board.sort) + (f", by {board.grouping}" if board.grouping else "")
        self.query_one(FilterInput).tell(board.query, view.matching, self.monitor.total(), order, view.counted)
        if not self.is_folded:
            self.query_one(ServerStrip).tell(servers, moment.monotonic)

    def _tell_title(self, moment: Moment, servers: Sequence[ServerView]) -> None:
        middle = server_line.folded(servers, moment.monotonic) if self.is_folded else ()
        problem = self.engine_problem or self.held() or self.alarm() or self.resting()
        self.query_one(TitleBar).tell(moment, self.view_name, middle, problem)

    def on_job_highlighted(self, message: JobHighlighted) -> None:
        self.moved()
        self._tell_title(self.moment(), self.monitor.servers() if self.is_folded else ())
        self.tell_keys()

    def on_engine_stopped(self, message: EngineStopped) -> None:
        self.engine_problem = message.problem
        self._tell_frame()

    # keys

    def action_open_job(self) -> None:
        if (heading := self.jobs.heading) is not None:
            self.on_group_toggled(GroupToggled(heading))
        elif self.subject is not None:
            self.on_job_opened(JobOpened(self.subject))

    def on_job_opened(self, message: JobOpened) -> None:
        self.app.push_screen(DetailScreen(self.monitor, message.key, self.times, self.pane.tab), self._came_back)

    def _came_back(self, times: Times | None) -> None:
        self.times = times or self.times
        self.look_again()

    def action_back(self) -> None:
        if self.pane.has_focus_within:
            self.jobs.focus()
        elif self.jobs.range_from is not None:
            self.jobs.range_from = None
            self.rows_changed()
        else:
            self.leave_view()

    def action_logs(self) -> None:
        marked = tuple(self.monitor.board.marks)
        if len(marked) > 1:
            self.app.push_screen(LogsScreen(self.monitor, marked[:MERGED], self.times))
            return
        if self.has_pane:
            super().action_logs()
        elif self.subject is not None:
            self.pane.open_tab(Tab.LOGS)
            self.action_open_job()

    def stay(self) -> None:
        self.jobs.stay()

    def on_descendant_focus(self) -> None:
        if self.is_mounted and self.pane.has_focus_within:
            self.stay()

    def action_next_pane(self) -> None:
        if self.has_pane and not self.pane.has_focus_within:
            self.pane.focus_content()
        else:
            self.jobs.focus()

    def action_fold(self) -> None:
        self._wanted = not self.has_pane
        if not self._wanted:
            self.jobs.focus()
        self.place_parts()

    def action_leave(self) -> None:
        if self.monitor.bulks.running is not None:
            self.say("a bulk runs: A looks at it and stops it; ctrl+c leaves and stops it, too", wrong=True)
            return
        self.app.exit()

    # the query

    def action_edit_query(self) -> None:
        self.query_one(FilterInput).open(self.monitor.query)

    def on_query_changed(self, message: QueryChanged) -> None:
        self._narrow(message.text)

    def on_query_closed(self, message: QueryClosed) -> None:
        self.jobs.focus()
        self._tell_frame()

    def narrow(self, text: str) -> None:
        self._narrow(text)

    def _narrow(self, text: str) -> None:
        line = self.query_one(FilterInput)
        try:
            self.monitor.set_query(text)
        except QueryError as problem:
            line.tell_problem(problem)
            return
        line.tell_problem(None)
        self.jobs.look_again()
        self._tell_frame()
