"""A folder and a few ways to write into it: what a question about files looks like. Nothing is written here."""

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, OptionList

from jobdash.tui.presentation.spans import Span
from jobdash.tui.screens.form import FormScreen
from jobdash.tui.widgets.still_lines import StillLines

Answer = TypeVar("Answer")


class FolderScreen(FormScreen[Answer]):
    """Gives back None when a person leaves it."""

    DEFAULT_CSS = """
    FolderScreen { align: center middle; background: $background 60%; }
    FolderScreen #box {
        width: 66; max-width: 100%; height: auto; padding: 1 2; background: $dialog; border-left: outer $brand;
    }
    FolderScreen StillLines { background: $dialog; }
    FolderScreen Input { height: 1; border: none; padding: 0 1; margin: 1 0; background: $surface; color: $ink; }
    FolderScreen Input:focus { border: none; }
    FolderScreen OptionList { height: auto; border: none; padding: 0; margin: 0 0 1 0; background: $dialog; }
    FolderScreen OptionList:focus { border: none; background-tint: $dialog 0%; }
    FolderScreen OptionList:focus > .option-list--option-highlighted { background: $cursor; color: $ink; }
    """

    def __init__(self, title: str, ways: Sequence[str], folder: Path) -> None:
        super().__init__()
        self._title = title
        self._ways = ways
        self._folder = folder

    @abstractmethod
    def answer(self, way: int, folder: Path) -> Answer:
        """What is given back when a person chose this way."""

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield StillLines(id="title")
            yield Input(str(self._folder), placeholder="a folder", select_on_focus=False)
            yield OptionList(*self._ways, markup=False)
            yield StillLines(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", StillLines).show([(Span(self._title, "bold"),)])

    def hint(self, text: str, style: str = "quiet") -> None:
        """What can be done next."""
        self.query_one("#hint", StillLines).show([(Span(text, style),)])

    def to_ways(self) -> None:
        """The keys go to the ways, of which the first is marked."""
        ways = self.query_one(OptionList)
        ways.focus()
        ways.highlighted = 0

    @on(Input.Submitted)
    def _named(self) -> None:
        self.to_ways()
        self.hint("enter writes; esc leaves")

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        typed = self.query_one(Input).value.strip()
        if not typed:
            self.hint("there is no folder in the field above yet", "alert")
            return
        self.dismiss(self.answer(event.option_index, Path(typed).expanduser()))
