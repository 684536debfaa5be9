"""Figures over time in one row of cells."""

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float]) -> str:
    """A bar a value, the highest full; a value of nothing is a space, so that it is not taken for little."""
    most = max(values, default=0)
    if most <= 0:
        return " " * len(values)
    top = len(BARS) - 1
    return "".join(BARS[round(top * value / most)] if value > 0 else " " for value in values)
