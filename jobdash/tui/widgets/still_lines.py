"""A widget that shows given lines and repaints only what became different."""

from collections.abc import Sequence
from itertools import takewhile

from textual.geometry import Region
from textual.strip import Strip

from jobdash.tui.presentation.spans import EMPTY, Line, width_of
from jobdash.tui.widgets.ink import Inked


class StillLines(Inked):
    """Holds as many lines as it was given; whoever shows it sees to its height."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "StillLines { height: 1; width: 1fr; }"

    lines: Sequence[Line] = ()

    def show(self, lines: Sequence[Line]) -> None:
        """Puts these lines in place of the old ones."""
        before, self.lines = self.lines, tuple(lines)
        width, regions = self.size.width, []
        for y in range(max(len(before), len(self.lines))):
            was, is_now = self._at(before, y), self._at(self.lines, y)
            if was != is_now:
                regions.append(Region(0, y, min(width, ends(was, is_now, width)), 1))
        if regions:
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        return self.painted(self._at(self.lines, y), self.size.width)

    @staticmethod
    def _at(lines: Sequence[Line], y: int) -> Line:
        return lines[y] if y < len(lines) else EMPTY


def ends(was: Line, is_now: Line, width: int) -> int:
    """How many cells have to be written: Textual begins at the left edge, so that only the end can be spared."""
    if (length := width_of(was)) != width_of(is_now):
        return width
    same = takewhile(lambda pair: pair[0] == pair[1], zip(reversed(was), reversed(is_now), strict=False))
    return length - width_of(span for span, _ in same)
