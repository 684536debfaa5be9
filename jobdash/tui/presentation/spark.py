"""Figures over time in one line of text. What is not known is a gap, never a low point."""

from collections.abc import Sequence
from typing import Final

LEVELS: Final = "▁▂▃▄▅▆▇█"
GAP: Final = " "


def sparkline(values: Sequence[float | None], top: float | None = None) -> str:
    """One cell a value, from nothing to the greatest of them, or to `top`; what never changes is a line half way up."""
    known = [value for value in values if value is not None]
    if top is None and len(known) > 1 and min(known) == max(known) > 0:
        top = 2 * known[0]
    greatest = top if top is not None else max((value for value in values if value is not None), default=0.0)
    return "".join(GAP if value is None else _level(value, greatest) for value in values)


def _level(value: float, greatest: float) -> str:
    if value <= 0 or greatest <= 0:
        return LEVELS[0]
    return LEVELS[min(len(LEVELS) - 1, int(value / greatest * (len(LEVELS) - 1) + 0.999))]
