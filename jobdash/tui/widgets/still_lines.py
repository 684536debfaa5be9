"""A widget that shows given lines and repaints only those that became different."""

from collections.abc import Sequence

from textual.geometry import Region
from textual.strip import Strip

from jobdash.tui.presentation.spans import EMPTY, Line
from jobdash.tui.widgets.ink import Inked


class StillLines(Inked):
    """Holds as many lines as it was given; whoever shows it sees to its height."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "StillLines { height: 1; width: 1fr; }"

    lines: Sequence[Line] = ()

    def show(self, lines: Sequence[Line]) -> None:
        """Puts these lines in place of the old ones."""
        before, self.lines = self.lines, tuple(lines)
        for y in range(max(len(before), len(self.lines))):
            if self._at(before, y) != self._at(self.lines, y):
                self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        return self.painted(self._at(self.lines, y), self.size.width)

    @staticmethod
    def _at(lines: Sequence[Line], y: int) -> Line:
        return lines[y] if y < len(lines) else EMPTY
