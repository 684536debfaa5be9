"""All alerts, those that call on top: to be acknowledged, muted, or followed to the jobs they speak of."""

from collections.abc import Sequence

from textual.app import ComposeResult

from jobdash.engine.monitor import Monitor
from jobdash.model.alert import Alert, AlertKey
from jobdash.tui.actions import Where, bindings
from jobdash.tui.presentation import alert_line
from jobdash.tui.presentation.age import Times, span
from jobdash.tui.presentation.safe import one_line
from jobdash.tui.presentation.spans import EMPTY, Line, Span
from jobdash.tui.screens.line import LineScreen
from jobdash.tui.screens.news_screen import NewsScreen
from jobdash.tui.widgets.footer import Footer
from jobdash.tui.widgets.scrolled_lines import ScrolledLines
from jobdash.tui.widgets.still_lines import StillLines
from jobdash.tui.widgets.title_bar import TitleBar

MUTES = (3600.0, 8 * 3600.0, 24 * 3600.0)
"""What `m` goes round: an hour, a shift, a day, heard again."""


class AlertsScreen(NewsScreen[Where | str | None]):
    """Gives back the query of the jobs that a person wants to see, another screen, or None."""

    WHERE = Where.ALERTS
    TITLE_WORD = "alerts"
    BINDINGS = bindings(Where.ALERTS)
    DEFAULT_CSS = """
    AlertsScreen { layout: vertical; background: $background; color: $ink; }
    AlertsScreen ScrolledLines { height: 1fr; margin: 1 0 0 0; }
    AlertsScreen #about { height: 2; margin: 0 1; }
    AlertsScreen Footer { background: $surface; }
    """

    def __init__(self, monitor: Monitor, times: Times = Times.RELATIVE) -> None:
        super().__init__(monitor, times)
        self._chosen: AlertKey | None = None
        self._shown: Sequence[Alert] = ()

    def compose(self) -> ComposeResult:
        yield TitleBar()
        board = ScrolledLines()
        board.can_focus = False
        yield board
        yield StillLines(id="about")
        yield Footer()

    @property
    def chosen(self) -> Alert | None:
        """The alert that the keys mean."""
        return next((alert for alert in self._shown if alert.key == self._chosen), None)

    def show(self) -> None:
        now, width = self.moment().now, self.app.size.width
        self._shown = self.monitor.vitals.alerts()
        if self._shown and self.chosen is None:
            self._chosen = self._shown[0].key
        names = min(width // 4, max((len(one_line(alert.key.place)) for alert in self._shown), default=0))
        lines: list[Line] = [
            alert_line.row(alert, now, width - 3, names, chosen=alert.key == self._chosen) for alert in self._shown
        ]
        if not lines:
            lines = [(Span("  No alerts: all rules find everything well", "bold"),), EMPTY]
            lines.append((Span("  h shows what they look at, esc goes back", "quiet"),))
        self.query_one(ScrolledLines).show(lines)
        chosen = self.chosen
        about = (
            alert_line.details(chosen, self.monitor.vitals.jobs_of(chosen), now, width - 4)
            if chosen is not None
            else ()
        )
        self.query_one("#about", StillLines).show(about)

    def _move(self, step: int) -> None:
        keys = [alert.key for alert in self._shown]
        if not keys:
            return
        at = keys.index(self._chosen) if self._chosen in keys else 0
        at = max(0, min(len(keys) - 1, at + step))
        self._chosen = keys[at]
        board = self.query_one(ScrolledLines)
        if not board.scroll_offset.y <= at < board.scroll_offset.y + board.size.height:
            board.scroll_to(y=at - board.size.height // 2, animate=False)
        self.show()

    def action_choose_after(self) -> None:
        self._move(1)

    def action_choose_before(self) -> None:
        self._move(-1)

    def action_acknowledge(self) -> None:
        alert = self.chosen
        if alert is None or not alert.raised:
            self.say("there is nothing to acknowledge here", wrong=True)
            return

        def noted(note: str | None) -> None:
            if note is None:
                return
            if self.monitor.vitals.acknowledge(alert.key, note.strip() or None):
                self.say(f"acknowledged: {alert.words}")
            self.look_again()

        self.app.push_screen(LineScreen("Acknowledge", alert.words, "a note, or nothing: ↵ acknowledges"), noted)

    def action_mute(self) -> None:
        alert = self.chosen
        if alert is None:
            self.say("there is nothing to mute here", wrong=True)
            return
        now = self.moment().now
        left = alert.muted_until - now if alert.muted_until is not None and alert.muted(now) else 0.0
        longer = next((mute for mute in MUTES if mute > left + 1), None)
        self.monitor.vitals.mute(alert.key, longer)
        self.say("heard again" if longer is None else f"muted for {span(longer)}; m goes on, to a day and back")
        self.look_again()

    def action_show_jobs(self) -> None:
        alert = self.chosen
        query = self.monitor.vitals.jobs_of(alert) if alert is not None else ""
        if query:
            self.dismiss(query)
        else:
            self.say("this alert speaks of no jobs", wrong=True)

    def action_health(self) -> None:
        self.dismiss(Where.HEALTH)

    def action_leave_screen(self) -> None:
        self.dismiss(None)
