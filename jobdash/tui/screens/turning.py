"""How the pane and the engine follow the cursor: neither a person who moves it is held up, nor a server by news."""

from textual.timer import Timer

from jobdash.tui.screens.list_screen import ListScreen

REST = 0.05
"""Seconds after which a cursor rests."""


class Turning(ListScreen):
    """Part of the main screen."""

    _resting: Timer | None = None
    _carried_once = False

    def moved(self) -> None:
        """A person moved the cursor: the pane turns when it rests, so that every key before is drawn at once."""
        self._stop_resting()
        if self.is_current:
            self.monitor.read_logs(())
        self._resting = self.set_timer(REST, lambda: self.pane.turn_to(self.subject))
        self._look()

    def carried(self) -> None:
        """News took the cursor to another job: the pane shows that one with the same paint.

        In a storm the next one follows at once, and no server is to tell more of each: of one a second is enough.
        """
        self._stop_resting()
        self.pane.turn_to(self.subject)
        if not self._carried_once:
            self._carried_once = True
            self._look()

    def look_on(self) -> None:
        """The engine hears what is looked at; once a second."""
        self._carried_once = False
        self._look()

    def _stop_resting(self) -> None:
        if self._resting is not None:
            self._resting.stop()

    def _look(self) -> None:
        self.monitor.look_at(self.subject, self.jobs.visible_keys(), deep=self.jobs.deep)
