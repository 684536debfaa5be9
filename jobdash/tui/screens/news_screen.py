"""What screens without a job in their focus have in common: news arrives, ages grow, the frame is told."""

from abc import abstractmethod
from typing import TypeVar

from textual.screen import Screen

from jobdash.engine.monitor import Batch, Monitor
from jobdash.tui.actions import Where, rows
from jobdash.tui.messages import BatchArrived, EngineStopped
from jobdash.tui.presentation import alert_line, server_line
from jobdash.tui.presentation.age import Moment, Times
from jobdash.tui.presentation.safe import one_line
from jobdash.tui.screens.standing import stands
from jobdash.tui.widgets.footer import Footer
from jobdash.tui.widgets.title_bar import TitleBar

Result = TypeVar("Result")


class NewsScreen(Screen[Result], inherit_bindings=False):
    """`TITLE_WORD` says in the title bar what this is."""

    WHERE = Where.ALERTS
    TITLE_WORD = ""

    def __init__(self, monitor: Monitor, times: Times = Times.RELATIVE) -> None:
        super().__init__()
        self.monitor = monitor
        self.times = times
        self.engine_problem = ""

    @abstractmethod
    def show(self) -> None:
        """Shows everything anew."""

    def on_mount(self) -> None:
        self.set_interval(1.0, self.look_again)
        self.query_one(Footer).tell([*rows(self.WHERE), *rows(Where.EVERYWHERE)], lambda row: True)
        self.call_after_refresh(self.look_again)

    def on_resize(self) -> None:
        self.query_one(Footer).tell([*rows(self.WHERE), *rows(Where.EVERYWHERE)], lambda row: True)
        self.look_again()

    def on_batch_arrived(self, message: BatchArrived) -> None:
        self.take(message.batch)

    def take(self, batch: Batch) -> None:
        """Only alerts are worth a drawing at once; everything else has time until the next second."""
        if batch.alerts:
            self.look_again()

    def look_again(self) -> None:
        """Draws the frame and the rest."""
        if not stands(self):
            return
        moment = self.moment()
        middle = server_line.folded(self.monitor.servers(), moment.monotonic)
        alarm = alert_line.title(self.monitor.vitals.calling(), moment.now, short=True)
        self.query_one(TitleBar).tell(moment, self.TITLE_WORD, middle, self.engine_problem or alarm)
        self.show()

    def on_engine_stopped(self, message: EngineStopped) -> None:
        self.engine_problem = message.problem
        self.look_again()

    def moment(self) -> Moment:
        """Now, by the engine's clock."""
        return Moment(self.monitor.clock.now(), self.monitor.clock.monotonic(), self.times)

    def say(self, text: str, *, wrong: bool = False) -> None:
        """A sentence in the corner, for a moment."""
        self.notify(one_line(text), severity="warning" if wrong else "information", markup=False)
