"""All keys, straight from the key table."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen

from jobdash.tui.actions import ACTIONS, Where, bindings, by_group
from jobdash.tui.keymap import Keymap, keymap_of
from jobdash.tui.presentation.spans import EMPTY, Line, Span
from jobdash.tui.widgets.scrolled_lines import ScrolledLines


def lines(keymap: Keymap) -> list[Line]:
    """The table as text, with the person's own keys."""
    shown: list[Line] = []
    for group, members in by_group(map(keymap.row, ACTIONS)).items():
        if shown:
            shown.append(EMPTY)
        shown.append((Span(group.value, "heading"),))
        shown.extend((Span(f"  {row.shown:<10}", "bold key"), Span(row.help)) for row in members)
    return shown


class HelpScreen(ModalScreen[None], inherit_bindings=False):
    """Scrolls like a job does; any of the usual ways closes it."""

    PLACE = Where.PAGE
    BINDINGS = [*bindings(Where.PAGE), Binding("question_mark", "close_page", "close", show=False)]  # noqa: RUF012
    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: $background 60%; }
    HelpScreen ScrolledLines {
        width: 64; max-width: 100%; height: auto; max-height: 90%;
        background: $dialog; padding: 1 1; border-left: outer $brand;
        scrollbar-background: $dialog; scrollbar-background-hover: $dialog;
    }
    """

    def compose(self) -> ComposeResult:
        yield ScrolledLines()

    def on_mount(self) -> None:
        board = self.query_one(ScrolledLines)
        board.show(lines(keymap_of(self.app)))
        board.focus()

    def action_close_page(self) -> None:
        self.dismiss()
