"""What is to be written, and into which folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jobdash.tui.screens.folder import FolderScreen


@dataclass(frozen=True, slots=True)
class Wanted:
    """The id of what was chosen, and where it goes."""

    what: str
    folder: Path


class ExportScreen(FolderScreen[Wanted]):
    """Files that are there already stay: a new one gets a name of its own."""

    def __init__(self, choices: Sequence[tuple[str, str]], folder: Path) -> None:
        super().__init__("Write a file", [label for _, label in choices], folder)
        self.choices = choices

    def on_mount(self) -> None:
        self.hint("↑ ↓ choose, ↵ writes; shift+tab: another folder; esc leaves")
        self.to_ways()

    def answer(self, way: int, folder: Path) -> Wanted:
        return Wanted(self.choices[way][0], folder)
