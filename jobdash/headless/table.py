"""A plain text table: aligned by cells, cut to the terminal's width, harmless whatever a server wrote."""

from collections.abc import Sequence

from jobdash.headless.plain import cells, fit, pad, plain

GAP = "  "
LEAST = 6
"""No column is cut to fewer cells."""


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], width: int | None = None) -> list[str]:
    """Lines, the heads first. `width` None: nothing is cut, as it is right for a pipe."""
    texts = [[_cell(value) for value in row] for row in rows]
    columns = [[head.upper(), *(row[at] for row in texts)] for at, head in enumerate(heads)]
    widths = [max(map(cells, column)) for column in columns]
    if width is not None:
        widths = _shrunk(widths, width)
    lines = []
    for row in zip(*columns, strict=True):
        parts = [pad(fit(text, room), room) for text, room in zip(row, widths, strict=True)]
        lines.append(GAP.join(parts).rstrip())
    return lines


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return plain(value) or "-"


def _shrunk(widths: list[int], width: int) -> list[int]:
    """Takes from the widest columns until all fit, as far as that is possible."""
    widths = list(widths)
    spare = width - len(GAP) * (len(widths) - 1)
    while sum(widths) > spare and max(widths) > LEAST:
        widths[widths.index(max(widths))] -= 1
    return widths
