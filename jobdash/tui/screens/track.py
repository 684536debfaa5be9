"""Which jobs to watch by their ids: for servers that do not list, or jobs that a list does not reach."""

import re
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, TextArea

from jobdash.engine.monitor import ServerView
from jobdash.tui.messages import TrackRequested
from jobdash.tui.presentation.safe import one_line
from jobdash.tui.presentation.spans import Span
from jobdash.tui.widgets.still_lines import StillLines


def ids_in(text: str) -> tuple[str, ...]:
    """The ids in pasted text: parted by white space, commas or semicolons, each once, in order."""
    return tuple(dict.fromkeys(part for part in re.split(r"[\s,;]+", text) if part))


class TrackScreen(ModalScreen[TrackRequested | None], inherit_bindings=False):
    """Enter in the field is a new line, so that a pasted list stays one list; the server below is what acts."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "close", "close", show=False),
        Binding("tab", "app.focus_next", "next", show=False),
        Binding("shift+tab", "app.focus_previous", "previous", show=False),
    ]
    DEFAULT_CSS = """
    TrackScreen { align: center middle; background: $background 60%; }
    TrackScreen #box {
        width: 66; max-width: 100%; height: auto; padding: 1 2; background: $dialog; border-left: outer $brand;
    }
    TrackScreen StillLines { background: $dialog; }
    TrackScreen TextArea { height: 6; border: none; padding: 0 1; margin: 1 0; background: $surface; }
    TrackScreen TextArea:focus { border: none; }
    TrackScreen OptionList:focus { border: none; }
    TrackScreen OptionList { height: auto; max-height: 6; border: none; padding: 0; margin: 0 0 1 0; }
    TrackScreen OptionList { background: $dialog; }
    """

    def __init__(self, servers: Sequence[ServerView]) -> None:
        super().__init__()
        self.servers = servers

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield StillLines(id="title")
            yield TextArea(tab_behavior="focus", show_line_numbers=False)
            yield OptionList(*(f"watch on {one_line(server.name)}" for server in self.servers), markup=False)
            yield StillLines(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", StillLines).show([(Span("Watch jobs by their ids", "bold"),)])
        self._hint("paste the ids, tab, choose the server, enter")
        self.query_one(TextArea).focus()

    def _hint(self, text: str, style: str = "quiet") -> None:
        self.query_one("#hint", StillLines).show([(Span(text, style),)])

    @on(TextArea.Changed)
    def _counted(self) -> None:
        count = len(ids_in(self.query_one(TextArea).text))
        self._hint(f"{count:,} job{'s' if count != 1 else ''}: tab, choose the server, enter")

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        ids = ids_in(self.query_one(TextArea).text)
        if not ids:
            self._hint("there is no id in the field above yet", "alert")
            return
        self.dismiss(TrackRequested(self.servers[event.option_index].name, ids))

    def action_close(self) -> None:
        self.dismiss(None)
