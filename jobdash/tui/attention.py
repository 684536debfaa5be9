"""Whether somebody looks: the terminal tells when it loses the focus, and polls rest once it has been gone for long.

A terminal that tells nothing is believed to be looked at.
"""

from textual.app import App
from textual.timer import Timer

from jobdash.engine.monitor import Monitor

UNFOCUSED = "nobody looks at this terminal"
"""Why polls rest, in words."""


class Attention:
    """`patience` is for how many seconds the terminal may be without focus before polls rest; 0: for ever."""

    def __init__(self, app: App[None], monitor: Monitor, patience: float) -> None:
        self._app = app
        self._monitor = monitor
        self._patience = patience
        self._timer: Timer | None = None

    def lost(self) -> None:
        """The terminal lost the focus."""
        if self._patience and self._timer is None:
            self._timer = self._app.set_timer(self._patience, lambda: self._monitor.pause_watching(UNFOCUSED))

    def back(self) -> None:
        """It has the focus again, or a key was pressed, which shows as much."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
            self._monitor.resume_watching(UNFOCUSED)
