"""The logs of several jobs as one, by time, each line with the end of its job's id."""

from textual import on
from textual.app import ComposeResult
from textual.screen import Screen

from jobdash.engine.log_source import LogSource
from jobdash.engine.monitor import Monitor
from jobdash.model.job import JobKey
from jobdash.tui.actions import Where, bindings, rows
from jobdash.tui.messages import FindClosed, FindRequested, FindTyped
from jobdash.tui.presentation.age import Moment, Times
from jobdash.tui.presentation.safe import one_line
from jobdash.tui.presentation.spans import Span
from jobdash.tui.screens.standing import stands
from jobdash.tui.widgets.find_line import FindLine
from jobdash.tui.widgets.footer import Footer
from jobdash.tui.widgets.log_view import LogView
from jobdash.tui.widgets.still_lines import StillLines
from jobdash.tui.widgets.title_bar import TitleBar


class LogsScreen(Screen[None], inherit_bindings=False):
    """Reads the logs of these jobs as long as it is open."""

    BINDINGS = bindings(Where.LOGS)
    DEFAULT_CSS = """
    LogsScreen { layout: vertical; background: $background; color: $ink; }
    LogsScreen #told { margin: 1 0 0 0; }
    LogsScreen LogView { height: 1fr; }
    LogsScreen Footer { background: $surface; }
    """

    def __init__(self, monitor: Monitor, keys: tuple[JobKey, ...], times: Times) -> None:
        super().__init__()
        self.monitor = monitor
        self.keys = keys
        self.times = times

    def compose(self) -> ComposeResult:
        yield TitleBar()
        yield StillLines(id="told")
        yield LogView()
        yield FindLine()
        yield Footer()

    def on_mount(self) -> None:
        if not stands(self):
            return
        self.monitor.read_logs(self.keys)
        books = [(key.id, book) for key in self.keys if (book := self.monitor.log(key)) is not None]
        self.view.focus()
        self.view.read(LogSource(books), self._moment(), "no log lines so far")
        self.set_interval(0.25, self.look_again)
        self.call_after_refresh(self.look_again)

    @property
    def view(self) -> LogView:
        return self.query_one(LogView)

    def _moment(self) -> Moment:
        return Moment(self.monitor.clock.now(), self.monitor.clock.monotonic(), self.times)

    def look_again(self) -> None:
        """Takes in what is new."""
        if not stands(self):
            return
        self.view.grown(self._moment(), "no log lines so far")
        self._say()

    @on(LogView.Said)
    def _say(self) -> None:
        if not stands(self):
            return
        self.query_one(TitleBar).tell(self._moment(), f"the logs of {len(self.keys)} jobs")
        self.query_one("#told", StillLines).show([(Span(" "), *self.view.told)])
        typing = self.query_one(FindLine).is_open
        wheres = (Where.FIND,) if typing else (Where.TEXT, Where.LOG, Where.LOGS, Where.EVERYWHERE)
        self.query_one(Footer).tell([row for place in wheres for row in rows(place)], lambda row: True)

    def on_find_requested(self, message: FindRequested) -> None:
        self.query_one(FindLine).open(message.purpose, message.before)

    def on_find_typed(self, message: FindTyped) -> None:
        if (problem := self.view.find(message.purpose, message.text)) is not None:
            self.notify(one_line(problem), severity="warning", markup=False)

    def on_find_closed(self, message: FindClosed) -> None:
        self.view.focus()

    def on_resize(self) -> None:
        self.look_again()

    def action_leave_logs(self) -> None:
        self.monitor.read_logs(())
        self.dismiss(None)
