"""Nothing to be seen: it lies behind the list and makes Textual write only the cells from a column on.

Textual writes a changed line from the left edge of the widget, or from the last edge of any widget on that line, also
of one that is covered. An edge before what changes often halves what goes to the terminal, and costs time a line.
"""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

MOST = 3


class Covered(Widget):
    """Others lie over all of it: it has no lines, so that Textual spends no time on those in each paint."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Where nothing covers it after all, the screen is seen."""
        return []


class Cut(Covered):
    """One edge."""

    DEFAULT_CSS = "Cut { height: 1fr; width: 0; }"


class Cuts(Covered):
    """Edges before the columns that change often."""

    DEFAULT_CSS = "Cuts { layer: behind; layout: horizontal; height: 1fr; width: 1fr; overflow: hidden; }"

    def compose(self) -> ComposeResult:
        for _ in range(MOST):
            yield Cut()

    def stand_at(self, edges: Sequence[int]) -> None:
        """Puts an edge at each of these cells, counted from the left edge of the list, in growing order."""
        before = 0
        cuts = list(self.query(Cut))
        for number, cut in enumerate(cuts):
            edge = edges[number] if number < min(len(edges), len(cuts)) else before
            cut.styles.width = edge - before
            before = edge
