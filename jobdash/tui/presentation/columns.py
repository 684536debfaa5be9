"""The columns of the job list, each declared once, and which of them fit a width. A new column is one entry here."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Final, Literal

from jobdash.model.job import Job
from jobdash.tui.presentation import row
from jobdash.tui.presentation.age import Moment, Times
from jobdash.tui.presentation.spans import Line

GAP: Final = 2
MARGIN: Final = 1


@dataclass(frozen=True, slots=True)
class Column:
    """`width` is the least that is useful, `most` what it may grow to, `narrow` a last resort before it goes.

    The column with the highest `drop` goes first, 0 never goes. `shrink` is when it takes its narrow form.
    """

    id: str
    title: str
    cell: Callable[[Job, Moment, int], Line]
    width: int
    most: int
    drop: int
    align: Literal["left", "right"] = "left"
    narrow: int | None = None
    shrink: int = 0


COLUMNS: Final = (
    Column("state", "STATE", row.state_cell, 11, 11, drop=0),
    Column("job", "JOB", row.id_cell, 12, 36, drop=0),
    Column("type", "TYPE", row.type_cell, 14, 22, drop=3),
    Column("progress", "PROGRESS", row.progress_cell, 14, 20, drop=2, narrow=4, shrink=6),
    Column("age", "AGE", row.age_cell, 5, 5, drop=1, align="right"),
    Column("try", "TRY", row.try_cell, 3, 5, drop=7),
    Column("server", "SERVER", row.server_cell, 6, 14, drop=5),
    Column("says", "STEP OR ERROR", row.says_cell, 16, 400, drop=0),
)
CLOCK_WIDTH: Final = 8


@dataclass(frozen=True, slots=True)
class Placed:
    """A column that is on the screen: `x` counts cells from the left edge of the list."""

    column: Column
    x: int
    width: int


def layout(width: int, times: Times = Times.RELATIVE, without: Collection[str] = ()) -> tuple[Placed, ...]:
    """The columns that fit `width` cells, with what is left over given to those that can use it."""
    room = width - 2 * MARGIN
    chosen = [_for_times(column, times) for column in COLUMNS if column.id not in without]
    while _needed(chosen) > room and (smaller := _give_up_one(chosen)) is not None:
        chosen = smaller
    widths = _grown(chosen, room - _needed(chosen))
    placed, x = [], MARGIN
    for column, cells in zip(chosen, widths, strict=True):
        placed.append(Placed(column, x, max(1, cells)))
        x += cells + GAP
    return tuple(placed)


def _for_times(column: Column, times: Times) -> Column:
    if column.id == "age" and times is not Times.RELATIVE:
        return replace(column, title="TIME", width=CLOCK_WIDTH, most=CLOCK_WIDTH)
    return column


def _needed(columns: list[Column]) -> int:
    return sum(column.width for column in columns) + GAP * max(0, len(columns) - 1)


def _give_up_one(columns: list[Column]) -> list[Column] | None:
    steps: list[tuple[int, Column | None, Column]] = [(c.drop, None, c) for c in columns if c.drop]
    steps += [(c.shrink, _narrowed(c), c) for c in columns if c.narrow is not None]
    if not steps:
        return None
    _, instead, victim = max(steps, key=lambda step: step[0])
    kept = [instead if column is victim else column for column in columns]
    return [column for column in kept if column is not None]


def _narrowed(column: Column) -> Column:
    assert column.narrow is not None
    return replace(column, width=column.narrow, most=column.narrow, narrow=None, title="%", align="right")


def _grown(columns: list[Column], spare: int) -> list[int]:
    widths = [column.width for column in columns]
    while spare > 0:
        able = [i for i, column in enumerate(columns) if widths[i] < column.most]
        if not able:
            break
        for index in able[:spare]:
            widths[index] += 1
        spare -= len(able[:spare])
    return widths
