"""What is to be written, and into which folder. Nothing is written here."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList

from jobdash.tui.presentation.spans import Span
from jobdash.tui.widgets.still_lines import StillLines


@dataclass(frozen=True, slots=True)
class Wanted:
    """The id of what was chosen, and where it goes."""

    what: str
    folder: Path


class ExportScreen(ModalScreen[Wanted | None], inherit_bindings=False):
    """Files that are there already stay: a new one gets a name of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "close", "close", show=False),
        Binding("tab", "app.focus_next", "next", show=False),
        Binding("shift+tab", "app.focus_previous", "previous", show=False),
    ]
    DEFAULT_CSS = """
    ExportScreen { align: center middle; background: $background 60%; }
    ExportScreen #box {
        width: 66; max-width: 100%; height: auto; padding: 1 2; background: $dialog; border-left: outer $brand;
    }
    ExportScreen StillLines { background: $dialog; }
    ExportScreen Input { height: 1; border: none; padding: 0 1; margin: 1 0; background: $surface; color: $ink; }
    ExportScreen Input:focus { border: none; }
    ExportScreen OptionList { height: auto; border: none; padding: 0; margin: 0 0 1 0; background: $dialog; }
    ExportScreen OptionList:focus { border: none; }
    """

    def __init__(self, choices: Sequence[tuple[str, str]], folder: Path) -> None:
        super().__init__()
        self.choices = choices
        self.folder = folder

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield StillLines(id="title")
            yield Input(str(self.folder), placeholder="a folder", select_on_focus=False)
            yield OptionList(*(label for _, label in self.choices), markup=False)
            yield StillLines(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", StillLines).show([(Span("Write a file", "bold"),)])
        self._hint("↑ ↓ choose, enter writes; shift+tab: another folder; esc leaves")
        options = self.query_one(OptionList)
        options.focus()
        options.highlighted = 0

    def _hint(self, text: str, style: str = "quiet") -> None:
        self.query_one("#hint", StillLines).show([(Span(text, style),)])

    @on(Input.Submitted)
    def _named(self) -> None:
        self.query_one(OptionList).focus()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        typed = self.query_one(Input).value.strip()
        if not typed:
            self._hint("there is no folder in the field above yet", "alert")
            return
        self.dismiss(Wanted(self.choices[event.option_index][0], Path(typed).expanduser()))

    def action_close(self) -> None:
        self.dismiss(None)
