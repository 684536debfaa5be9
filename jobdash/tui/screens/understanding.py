"""The keys that lead from the list to an understanding of it: failures by fingerprint, two jobs compared."""

from jobdash.model.command import Action
from jobdash.tui.screens.failures import Chosen, FailuresScreen
from jobdash.tui.screens.marking import Marking


class Understanding(Marking):
    """`e`: opened over the list, and back with the list narrowed."""

    def action_failures(self) -> None:
        self.app.push_screen(FailuresScreen(self.monitor, self.times), self._narrowed)

    def _narrowed(self, chosen: Chosen | None) -> None:
        if chosen is None:
            return
        self.narrow(chosen.query)
        if chosen.mark:
            self.action_mark_all()
        if chosen.restart:
            self.ask_many(Action.RESTART, chosen.restart)

    def narrow(self, text: str) -> None:
        """Shows only the jobs that match."""
        raise NotImplementedError
