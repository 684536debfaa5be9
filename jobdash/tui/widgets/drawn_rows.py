"""What the list has drawn, and which of its cells would look different now. No widget, so that it can be counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from textual.geometry import Region

from jobdash.engine.group import GroupRow
from jobdash.model.job import Job, JobKey
from jobdash.tui.presentation import group_row
from jobdash.tui.presentation.age import Moment
from jobdash.tui.presentation.layout import Placed
from jobdash.tui.presentation.safe import fit
from jobdash.tui.presentation.spans import Line, Span, cut, restyled, width_of

MARKED, WILL_BE_MARKED = "•", "◦"


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """One visible row: the cells in the order of the columns, or one line for a header, which has no `key`.

    `cursor` and `mark` change its whole line.
    """

    key: JobKey | None
    cells: tuple[Line, ...]
    cursor: bool = False
    mark: str = ""


GONE = "? gone"


def draw(
    job: Job,
    columns: Sequence[Placed],
    moment: Moment,
    *,
    cursor: bool,
    stale: bool,
    since: str = "",
    gone: bool = False,
    mark: str = "",
) -> DrawnRow:
    """The row as it must look; one that is stale or gone is all in one faded ink, and a gone one says so.

    `since` are words about its age, said before what it says of itself.
    """
    cells = (placed.column.cell(job, moment, placed.width) for placed in columns)
    shown = tuple(restyled(cell, "stale") for cell in cells) if stale or gone else tuple(cells)
    if gone or since:
        shown = tuple(_marked(placed, cell, since, gone=gone) for placed, cell in zip(columns, shown, strict=True))
    return DrawnRow(job.key, shown, cursor, mark)


def _marked(placed: Placed, cell: Line, since: str, *, gone: bool) -> Line:
    """The cell with what is said of such a row beside what the server said."""
    if gone and placed.column.id == "state":
        return (Span(fit(GONE, placed.width), "stale"),)
    if since and placed.column.id == "says":
        return cut((Span(f"{since}  ", "stale"), *cell), placed.width)
    return cell


def draw_group(group: GroupRow, width: int, *, cursor: bool) -> DrawnRow:
    """The header of a group, across all columns."""
    return DrawnRow(None, (group_row.line(group, width),), cursor)


def changed(
    before: Sequence[DrawnRow], after: Sequence[DrawnRow], columns: Sequence[Placed], width: int, top: int
) -> Iterator[Region]:
    """The regions to paint again: cells where the row is the same job, lines where it is not."""
    for index in range(max(len(before), len(after))):
        old = before[index] if index < len(before) else None
        new = after[index] if index < len(after) else None
        if old == new:
            continue
        if old is None or new is None or not _alike(old, new, len(columns)):
            yield Region(0, top + index, width, 1)
            continue
        different = [cell for cell in zip(columns, old.cells, new.cells, strict=True) if cell[1] != cell[2]]
        if different:
            # One region a line: Textual writes from the last edge to the region's end, so two would write it twice.
            x, last = _begins(*different[0]), different[-1][0]
            yield Region(x, top + index, last.x + last.width - x, 1)


def _begins(placed: Placed, was: Line, now: Line) -> int:
    """Where a cell begins to differ: behind the bar, when only the figure beside it has changed."""
    if placed.column.align == "right" or width_of(was) != width_of(now):
        return placed.x
    same = takewhile(lambda pair: pair[0] == pair[1], zip(was, now, strict=False))
    return placed.x + width_of(pair[1] for pair in same)


def _alike(old: DrawnRow, new: DrawnRow, columns: int) -> bool:
    """True when only cells can differ."""
    same = old.cursor == new.cursor and old.mark == new.mark and (old.key is None) == (new.key is None)
    return same and new.key is not None and len(old.cells) == len(new.cells) == columns
