"""Two jobs beside each other: only what differs."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen

from jobdash.engine.monitor import Monitor
from jobdash.model.job import JobKey
from jobdash.tui.actions import Where, bindings
from jobdash.tui.presentation import compare
from jobdash.tui.presentation.spans import EMPTY, Line, Span
from jobdash.tui.screens.standing import stands
from jobdash.tui.widgets.scrolled_lines import ScrolledLines


class CompareScreen(ModalScreen[None], inherit_bindings=False):
    """Reads both jobs in full, and is drawn anew when they have been read."""

    PLACE = Where.PAGE
    BINDINGS = [*bindings(Where.PAGE), Binding("c", "close_page", "close", show=False)]  # noqa: RUF012 - Textual's own
    DEFAULT_CSS = """
    CompareScreen { align: center middle; background: $background 60%; }
    CompareScreen ScrolledLines {
        width: 94%; height: 90%; background: $dialog; padding: 1 1; border-left: outer $brand;
        scrollbar-background: $dialog; scrollbar-background-hover: $dialog;
    }
    """

    def __init__(self, monitor: Monitor, left: JobKey, right: JobKey) -> None:
        super().__init__()
        self.monitor = monitor
        self.keys = (left, right)

    def compose(self) -> ComposeResult:
        yield ScrolledLines()

    def on_mount(self) -> None:
        self.monitor.read_jobs(self.keys)
        self.query_one(ScrolledLines).focus()
        self.set_interval(0.5, self.look_again)
        self.call_after_refresh(self.look_again)

    def on_resize(self) -> None:
        self.look_again()

    def look_again(self) -> None:
        """Draws what is known of both now."""
        if not stands(self):
            return
        board = self.query_one(ScrolledLines)
        sides = [side for key in self.keys if (side := self._side(key)) is not None]
        lines: list[Line] = [(Span("What differs", "bold"),), EMPTY]
        if len(sides) == 2:
            lines += compare.lines(sides[0], sides[1], self.monitor.masking, board.text_width)
        else:
            lines.append((Span("one of the two jobs is no longer known here", "quiet"),))
        board.show(lines)

    def _side(self, key: JobKey) -> compare.Side | None:
        job, view = self.monitor.job(key), self.monitor.detail(key)
        return None if job is None else compare.Side(job, view.detail if view else None)

    def action_close_page(self) -> None:
        self.dismiss()
