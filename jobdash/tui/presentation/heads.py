"""The line above the list: the titles of the columns, and which of them decides the order. A click on one sorts."""

from collections.abc import Sequence

from rich.cells import cell_len

from jobdash.engine.sort import WORST, Sort, SortKey
from jobdash.tui.presentation.layout import Placed
from jobdash.tui.presentation.safe import fit, pad
from jobdash.tui.presentation.spans import Line, Span

UP, DOWN = "▴", "▾"


def line(columns: Sequence[Placed], sort: Sort) -> Line:
    """`STATE  JOB  AGE▾`: the column of the first key in bold, with its direction where there is room."""
    spans, x, first = [], 0, sort.keys[0]
    for placed in columns:
        sorted_by = placed.column.sort == first.name
        title = fit(placed.column.title, placed.width)
        if sorted_by and cell_len(title) < placed.width:
            title += arrow(first)
        spans.append(Span(" " * (placed.x - x)))
        style = "bold heading" if sorted_by else "quiet"
        spans.append(Span(pad(title, placed.width, placed.column.align), style))
        x = placed.x + placed.width
    return tuple(spans)


def field_at(columns: Sequence[Placed], x: int) -> str | None:
    """What a click at cell `x` sorts by; None where no column is that could."""
    found = next((placed for placed in columns if placed.x <= x < placed.x + placed.width + 1), None)
    return found.column.sort or None if found is not None else None


def arrow(key: SortKey) -> str:
    """Which way a key sorts: growing downwards, or shrinking."""
    return DOWN if key.reverse else UP


def told(sort: Sort) -> str:
    """The order in words: `worst first`, `age ▴`, `type ▴, progress ▾`."""
    return ", ".join(_told(key) for key in sort.keys)


def _told(key: SortKey) -> str:
    if key.name == WORST:
        return "worst last" if key.reverse else "worst first"
    return f"{key.name} {arrow(key)}"
