"""A line over time in braille: two dots wide and four high in every cell. A gap in the figures is a gap in the line."""

from collections.abc import Sequence
from typing import Final

BASE: Final = 0x2800
DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""By row from the top, then column."""


def chart(values: Sequence[float | None], height: int, top: float) -> list[str]:
    """Rows of text from the top; two values a cell. `top` is the value of the highest dot, 0 that of the lowest."""
    width, dots = (len(values) + 1) // 2, height * 4
    cells = [[0] * width for _ in range(height)]
    before: int | None = None
    for x, value in enumerate(values):
        if value is None:
            before = None
            continue
        y = _dot(value, top, dots)
        first, last = (y, y) if before is None else (min(before, y), max(before, y))
        # The upright piece between two neighbours belongs to the later one, but for the dot that the earlier one has.
        if before is not None and before != y:
            first, last = (first + 1, last) if before < y else (first, last - 1)
        for dot in range(first, last + 1):
            row, inner = divmod(dots - 1 - dot, 4)
            cells[row][x // 2] |= DOTS[inner][x % 2]
        before = y
    return ["".join(chr(BASE + cell) if cell else " " for cell in row) for row in cells]


def _dot(value: float, top: float, dots: int) -> int:
    """The dot from the bottom, 0 up."""
    if top <= 0:
        return 0
    return max(0, min(dots - 1, round(value / top * (dots - 1))))


def nice_top(values: Sequence[float | None]) -> float:
    """A round figure at or above the greatest: 1, 2 or 5 times a power of ten."""
    greatest = max((value for value in values if value is not None), default=0.0)
    if greatest <= 0:
        return 1.0
    step = 10.0 ** _magnitude(greatest)
    return next(factor * step for factor in (1.0, 2.0, 5.0, 10.0) if factor * step >= greatest * 0.999)


def _magnitude(value: float) -> int:
    power = 0
    while 10.0 ** (power + 1) <= value:
        power += 1
    while 10.0**power > value and power > -6:
        power -= 1
    return power
