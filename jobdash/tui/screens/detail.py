"""One job on the whole screen."""

from textual.app import ComposeResult

from jobdash.engine.monitor import Batch, Monitor
from jobdash.model.job import JobKey
from jobdash.tui.actions import Where, bindings
from jobdash.tui.messages import EngineStopped
from jobdash.tui.presentation import server_line
from jobdash.tui.presentation.age import Times
from jobdash.tui.presentation.tabs import Tab
from jobdash.tui.screens.job_screen import JobScreen
from jobdash.tui.widgets.detail_pane import DetailPane
from jobdash.tui.widgets.footer import Footer
from jobdash.tui.widgets.title_bar import TitleBar


class DetailScreen(JobScreen[Times]):
    """Stays on its job; gives back how times are told."""

    WHERE = Where.DETAIL
    BINDINGS = bindings(Where.DETAIL, moves=False)
    DEFAULT_CSS = """
    DetailScreen { layout: vertical; }
    DetailScreen DetailPane { height: 1fr; margin: 1 0 0 0; }
    DetailScreen Footer { background: $surface; }
    DetailScreen Footer.-production { background: $danger 15%; }
    """

    def __init__(self, monitor: Monitor, key: JobKey, times: Times, tab: Tab = Tab.OVERVIEW) -> None:
        super().__init__(monitor, times)
        self.key = key
        self._first_tab = tab

    def compose(self) -> ComposeResult:
        yield TitleBar()
        yield DetailPane(self.monitor, self.key, self._first_tab)
        yield Footer()

    def on_mount(self) -> None:
        self.monitor.look_at(self.key)
        self.pane.focus_content()
        self.look_again()

    @property
    def pane(self) -> DetailPane:
        return self.query_one(DetailPane)

    @property
    def subject(self) -> JobKey:
        return self.key

    def take(self, batch: Batch) -> None:
        self.pane.take(batch)
        self._tell_title()

    def look_again(self) -> None:
        self.pane.times = self.times
        self.pane.look_again()
        self._tell_title()
        self.tell_keys()

    def tick(self) -> None:
        self.pane.look_again()
        self._tell_title()

    def _tell_title(self) -> None:
        moment = self.moment()
        middle = server_line.folded(self.monitor.servers(), moment.monotonic)
        self.query_one(TitleBar).tell(moment, "job", middle, self.engine_problem)

    def on_resize(self) -> None:
        self.look_again()

    def on_engine_stopped(self, message: EngineStopped) -> None:
        self.engine_problem = message.problem
        self._tell_title()

    def action_back(self) -> None:
        self.dismiss(self.times)
