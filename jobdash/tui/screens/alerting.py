"""The keys of the list that open health and alerts, and the word about what happened while nobody looked."""

from abc import abstractmethod

from jobdash.model.alert import Severity, Turn
from jobdash.tui.actions import Where
from jobdash.tui.presentation import alert_line
from jobdash.tui.screens.alerts import AlertsScreen
from jobdash.tui.screens.health import HealthScreen
from jobdash.tui.screens.list_screen import ListScreen

SHORT_BELOW = 110
"""Columns below which only the number of alerts is said."""

AWAY = 300.0
"""Seconds without a key after which a person counts as away."""


class Alerting(ListScreen):
    """Part of the main screen."""

    def alarm(self) -> str:
        """What the title bar says of alerts."""
        short = self.app.size.width < SHORT_BELOW
        return alert_line.title(self.monitor.vitals.calling(), self.moment().now, short=short)

    def action_alerts(self) -> None:
        self.app.push_screen(AlertsScreen(self.monitor, self.times), self._left)

    def action_health(self) -> None:
        self.app.push_screen(HealthScreen(self.monitor, self.times), self._left)

    def _left(self, towards: Where | str | None) -> None:
        """One of the two was left: for the other, or for the jobs that a query finds."""
        if towards is Where.ALERTS:
            self.action_alerts()
        elif towards is Where.HEALTH:
            self.action_health()
        elif towards:
            self.narrow(towards)

    @abstractmethod
    def narrow(self, text: str) -> None:
        """Shows only the jobs that match."""

    def came_back(self, gone_at: float) -> None:
        """A person pressed a key again; `gone_at` is when they did so before, in seconds since the epoch."""
        now = self.moment().now
        if now - gone_at < AWAY:
            return
        events = [event for event in self.monitor.vitals.events() if event.at > gone_at]
        raised = sum(event.turn is Turn.RAISED and event.severity is not Severity.INFO for event in events)
        cleared = sum(event.turn is Turn.CLEARED and event.severity is not Severity.INFO for event in events)
        if raised or cleared:
            self.say(f"{alert_line.away(raised, cleared, now - gone_at)}; ! shows them", wrong=bool(raised))
