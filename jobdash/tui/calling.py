"""Calls a person who does not look at the screen: bell, desktop notification, window title. Knows when one was away."""

from collections.abc import Iterable

from textual.driver import Driver

from jobdash.engine.monitor import Monitor
from jobdash.engine.notify.call import Call
from jobdash.tui.presentation import alert_line
from jobdash.tui.presentation.calling import GIVE_TITLE_BACK, KEEP_TITLE, TerminalCalls, bytes_of, title_of


class Calling:
    """Belongs to the app, and is silent until that runs in a terminal."""

    def __init__(self, wanted: TerminalCalls, monitor: Monitor) -> None:
        self._terminal: Driver | None = None
        self._wanted = wanted
        self._monitor = monitor
        self._title: str | None = None
        self._touched_at: float | None = None

    def opened(self, terminal: Driver) -> None:
        """The app runs in this terminal now."""
        self._terminal = terminal

    def say(self, text: str) -> None:
        """Writes bytes that move nothing on the screen, in step with what the screen writes."""
        if self._terminal is not None and text:
            self._terminal.write(text)
            self._terminal.flush()

    def called(self, calls: Iterable[Call]) -> None:
        """The engine says that somebody is to be told, or that alerts changed."""
        for call in calls:
            self.say(bytes_of(call, self._wanted, self._monitor.hide))
        if self._wanted.title:
            now = self._monitor.clock.now()
            title = title_of(self._monitor.hide(alert_line.title(self._monitor.vitals.calling(), now, short=True)))
            if title != self._title:
                self.say((KEEP_TITLE if self._title is None else "") + title)
                self._title = title

    def touched(self) -> float | None:
        """A key was pressed: when one was pressed before, in seconds since the epoch."""
        self._monitor.vitals.touched()
        before, self._touched_at = self._touched_at, self._monitor.clock.now()
        return before

    def end(self) -> None:
        """Gives the window its own title back."""
        if self._title is not None:
            self.say(GIVE_TITLE_BACK)
            self._title = None
