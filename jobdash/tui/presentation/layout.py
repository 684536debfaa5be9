"""Where the columns stand: which fit a width, and how wide each is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from jobdash.tui.presentation.age import Times
from jobdash.tui.presentation.columns import DEFAULT, Column

GAP: Final = 2
MARGIN: Final = 1
CLOCK_WIDTH: Final = 8


@dataclass(frozen=True, slots=True)
class Placed:
    """A column that is on the screen: `x` counts cells from the left edge of the list."""

    column: Column
    x: int
    width: int


def layout(
    width: int,
    times: Times = Times.RELATIVE,
    without: Collection[str] = (),
    *,
    columns: Sequence[Column] = DEFAULT,
    wants: Mapping[str, int] | None = None,
    spare: bool = False,
) -> tuple[Placed, ...]:
    """The columns that fit `width` cells, with what is left over given to those that can use it.

    `wants` says by id how wide a column must be to show all that it has: those are served first.
    `spare` takes narrow forms from the start: fewer cells that change.
    """
    room = width - 2 * MARGIN
    chosen = [_for_times(column, times) for column in columns if column.id not in without]
    if spare:
        chosen = [column if column.narrow is None else _narrowed(column) for column in chosen]
    while _needed(chosen) > room and (smaller := _give_up_one(chosen)) is not None:
        chosen = smaller
    widths = _grown(chosen, room - _needed(chosen), wants or {})
    placed, x = [], MARGIN
    for column, cells in zip(chosen, widths, strict=True):
        placed.append(Placed(column, x, max(1, cells)))
        x += cells + GAP
    return tuple(placed)


def _for_times(column: Column, times: Times) -> Column:
    if column.id == "age" and times is not Times.RELATIVE:
        column = replace(column, title=times.value.upper(), width=CLOCK_WIDTH, most=CLOCK_WIDTH)
    if column.size is not None:
        return replace(column, width=column.size, most=column.size, narrow=None)
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


def _grown(columns: list[Column], spare: int, wants: Mapping[str, int]) -> list[int]:
    widths = [column.width for column in columns]
    for index, column in enumerate(columns):
        more = max(0, min(spare, min(column.most, wants.get(column.id, 0)) - column.width))
        widths[index] += more
        spare -= more
    while spare > 0:
        able = [i for i, column in enumerate(columns) if widths[i] < column.most]
        if not able:
            break
        for index in able[:spare]:
            widths[index] += 1
        spare -= len(able[:spare])
    return widths
