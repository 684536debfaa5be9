"""The tabs of a job: what they are called, and the line that shows which one is open."""

from collections.abc import Collection
from enum import StrEnum

from jobdash.tui.presentation.spans import Line, Span, spread, width_of


class Tab(StrEnum):
    """In their order on the screen."""

    OVERVIEW = "Overview"
    LOGS = "Logs"
    DATA = "Data"
    RESULT = "Result"
    ATTEMPTS = "Attempts"
    RAW = "Raw"

    def beside(self, step: int) -> "Tab":
        """The tab `step` further on, going round."""
        order = list(Tab)
        return order[(order.index(self) + step) % len(order)]


def line(open_tab: Tab, empty: Collection[Tab], right: Line, width: int) -> Line:
    """The open one underlined, those with nothing in them faint; `right` at the end where there is room."""
    for gap in (2, 1):
        left: list[Span] = []
        for tab in Tab:
            if left:
                left.append(Span(" " * gap))
            style = "bold underline brand" if tab is open_tab else "key-off" if tab in empty else "quiet"
            left.append(Span(tab.value, style))
        if width_of(left) <= width:
            return spread(tuple(left), right, width)
    return _around(open_tab, right, width)


def _around(open_tab: Tab, right: Line, width: int) -> Line:
    """Where even that is too wide: the open tab between its neighbours."""
    before, after = open_tab.beside(-1), open_tab.beside(1)
    left = (
        Span(f"‹ {before.value}  ", "key-off"),
        Span(open_tab.value, "bold underline brand"),
        Span(f"  {after.value} ›", "key-off"),
    )
    return spread(left, right, width)
