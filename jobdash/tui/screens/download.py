"""Where the results of a job are to be written, and whether they may replace what is there."""

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList

from jobdash.model.job import Job
from jobdash.tui.messages import DownloadRequested
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.spans import Span
from jobdash.tui.widgets.still_lines import StillLines

KEEP, REPLACE = "write there; keep files that are there already", "write there; replace files of the same names"


class DownloadScreen(ModalScreen[DownloadRequested | None], inherit_bindings=False):
    """Nothing is written before an answer is chosen; the one that is marked replaces nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "close", "close", show=False),
        Binding("tab", "app.focus_next", "next", show=False),
        Binding("shift+tab", "app.focus_previous", "previous", show=False),
    ]
    DEFAULT_CSS = """
    DownloadScreen { align: center middle; background: $background 60%; }
    DownloadScreen #box {
        width: 66; max-width: 100%; height: auto; padding: 1 2; background: $dialog; border-left: outer $brand;
    }
    DownloadScreen StillLines { background: $dialog; }
    DownloadScreen Input { height: 1; border: none; padding: 0 1; margin: 1 0; background: $surface; color: $ink; }
    DownloadScreen Input:focus { border: none; }
    DownloadScreen OptionList { height: auto; border: none; padding: 0; margin: 0 0 1 0; background: $dialog; }
    DownloadScreen OptionList:focus { border: none; }
    """

    def __init__(self, job: Job, folder: Path) -> None:
        super().__init__()
        self.job = job
        self.folder = folder

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield StillLines(id="title")
            yield Input(str(self.folder), placeholder="a folder", select_on_focus=False)
            yield OptionList(KEEP, REPLACE, markup=False)
            yield StillLines(id="hint")

    def on_mount(self) -> None:
        count = len(self.job.results)
        what = f"Download {count:,} result{'s' if count != 1 else ''} of {fit(one_line(self.job.id), 36, 'end')}"
        self.query_one("#title", StillLines).show([(Span(what, "bold"),)])
        self._hint("the folder, then enter; esc leaves")
        self.query_one(Input).focus()

    def _hint(self, text: str, style: str = "quiet") -> None:
        self.query_one("#hint", StillLines).show([(Span(text, style),)])

    @on(Input.Submitted)
    def _named(self) -> None:
        self.query_one(OptionList).focus()
        self.query_one(OptionList).highlighted = 0
        self._hint("enter begins; esc leaves")

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        typed = self.query_one(Input).value.strip()
        if not typed:
            self._hint("there is no folder in the field above yet", "alert")
            return
        self.dismiss(DownloadRequested(self.job.key, Path(typed).expanduser(), replace=event.option_index == 1))

    def action_close(self) -> None:
        self.dismiss(None)
