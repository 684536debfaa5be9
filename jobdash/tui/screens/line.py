"""One line of text from a person. Knows no subject."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.spans import Span
from jobdash.tui.screens.form import FormScreen
from jobdash.tui.widgets.still_lines import StillLines

WIDTH = 60


class LineScreen(FormScreen[str]):
    """Gives back what was typed in place of what was `offered`, None when it was left."""

    DEFAULT_CSS = """
    LineScreen { align: center middle; background: $background 60%; }
    LineScreen #box {
        width: 66; max-width: 100%; height: auto; padding: 1 2; background: $dialog; border-left: outer $brand;
    }
    LineScreen StillLines { background: $dialog; }
    LineScreen Input { height: 1; border: none; padding: 0 1; margin: 1 0; background: $surface; color: $ink; }
    LineScreen Input:focus { border: none; }
    """

    def __init__(self, title: str, subject: str, hint: str, offered: str = "") -> None:
        super().__init__()
        self.heading, self.subject, self.hint, self.offered = title, subject, hint, offered

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield StillLines(id="title")
            yield Input(self.offered, max_length=200, select_on_focus=False)
            yield StillLines(id="hint")

    def on_mount(self) -> None:
        said = fit(one_line(self.subject), WIDTH - len(self.heading) - 2)
        self.query_one("#title", StillLines).show([(Span(self.heading, "bold"), Span(f"  {said}"))])
        self.query_one("#hint", StillLines).show([(Span(fit(self.hint, WIDTH), "quiet"),)])
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _taken(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)
