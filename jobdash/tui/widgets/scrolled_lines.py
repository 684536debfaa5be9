"""Many lines of text that scroll and are drawn one by one, so that a change repaints only the lines it touches."""

from collections.abc import Sequence

from textual.geometry import Region
from textual.strip import Strip

from jobdash.tui.actions import Where, bindings
from jobdash.tui.presentation.spans import EMPTY, Line
from jobdash.tui.widgets.ink import Inked
from jobdash.tui.widgets.steps import Steps


class ScrolledLines(Steps, Inked, can_focus=True, inherit_bindings=False):
    """The lines are already folded to the width that `text_width` tells."""

    ALLOW_SELECT = False
    BINDINGS = bindings(Where.DETAIL, moves=True)
    DEFAULT_CSS = """
    ScrolledLines { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """
    LEFT = 1

    lines: Sequence[Line] = ()

    @property
    def text_width(self) -> int:
        """Cells for text; a column is kept free for the scrollbar, so that nothing folds anew when it comes."""
        return max(10, self.size.width - self.LEFT - 2)

    def show(self, lines: Sequence[Line], *, anew: bool = False) -> None:
        """Puts these lines in place of the old ones; `anew` also goes to the top, as for another subject."""
        before, self.lines = self.lines, tuple(lines)
        self.reach(len(self.lines))
        if anew:
            self.scroll_to(y=0, animate=False)
        top, (width, height) = self.scroll_offset.y, self.size
        changed = [y for y in range(height) if self._at(before, top + y) != self._at(self.lines, top + y)]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        line = self._at(self.lines, self.scroll_offset.y + y)
        return self.painted((*((" " * self.LEFT, ""),), *line), self.size.width)

    @staticmethod
    def _at(lines: Sequence[Line], y: int) -> Line:
        return lines[y] if 0 <= y < len(lines) else EMPTY

    def step(self, by: int) -> None:
        self.scroll_to(y=self.scroll_offset.y + by, animate=False, immediate=True)

    def action_to_top(self) -> None:
        self.scroll_to(y=0, animate=False)

    def action_to_end(self) -> None:
        self.scroll_to(y=len(self.lines), animate=False)
