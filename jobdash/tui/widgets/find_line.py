"""The line below what is read, to type what to look for. It is there only while somebody types."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from jobdash.tui.actions import Where, bindings
from jobdash.tui.messages import FindClosed, FindTyped
from jobdash.tui.presentation.spans import Span
from jobdash.tui.widgets.still_lines import StillLines

PROMPTS = {"search": " / ", "filter": " & ", "time": " @ "}
HINTS = {
    "search": "text to look for; n and N go on",
    "filter": "keep only lines with this text; empty shows all",
    "time": "03:12, 03:12:44, or -5m",
}


class FindField(Input):
    """The field itself. It is reachable only while it is open."""

    PLACES = (Where.FIND,)


class FindLine(Horizontal):
    """Enter keeps what was typed, esc leaves everything as it is."""

    BINDINGS = bindings(Where.FIND)
    DEFAULT_CSS = """
    FindLine { height: 1; display: none; background: $surface; }
    FindLine.-open { display: block; }
    FindLine StillLines { width: 3; background: $surface; }
    FindLine Input { height: 1; border: none; padding: 0; width: 1fr; background: $surface; color: $ink; }
    FindLine Input:focus { border: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._purpose = "search"

    def compose(self) -> ComposeResult:
        yield StillLines()
        yield FindField(disabled=True, select_on_focus=True)

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    def open(self, purpose: str, before: str) -> None:
        """Starts typing, with what was looked for before."""
        self._purpose = purpose
        self.query_one(StillLines).show([(Span(PROMPTS[purpose], "bold brand"),)])
        field = self.query_one(Input)
        field.disabled = False
        field.placeholder = HINTS[purpose]
        field.value = before
        self.add_class("-open")
        field.focus()

    def close(self) -> None:
        """The keys go back to what is read."""
        self.remove_class("-open")
        self.query_one(Input).disabled = True
        self.post_message(FindClosed())

    @on(Input.Submitted)
    def _kept(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_keep_typed()

    def action_keep_typed(self) -> None:
        self.post_message(FindTyped(self._purpose, self.query_one(Input).value))
        self.close()

    def action_leave_typed(self) -> None:
        self.close()
