"""What a terminal says that is too small to say anything else."""

from textual.app import ComposeResult
from textual.screen import ModalScreen

from jobdash.tui.presentation.safe import fit
from jobdash.tui.presentation.spans import Span
from jobdash.tui.widgets.still_lines import StillLines

WIDTH, HEIGHT = 60, 15


class TooSmallScreen(ModalScreen[None], inherit_bindings=False):
    """Lies over everything until there is room; no key does anything here."""

    DEFAULT_CSS = """
    TooSmallScreen { align: center middle; background: $background; }
    TooSmallScreen StillLines { height: 2; width: 100%; }
    TooSmallScreen Toast { display: none; }
    """

    def compose(self) -> ComposeResult:
        yield StillLines()

    def on_mount(self) -> None:
        self.on_resize()

    def on_resize(self) -> None:
        width, height = self.app.size
        self.query_one(StillLines).show(
            [
                (Span(fit(f" jobdash needs {WIDTH}x{HEIGHT}", width), "bold"),),
                (Span(fit(f" this terminal is {width}x{height}: make it larger", width), "quiet"),),
            ]
        )


def too_small(width: int, height: int) -> bool:
    """Whether nothing useful fits."""
    return width < WIDTH or height < HEIGHT
