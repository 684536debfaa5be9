"""One or two figures of a server as charts over a window, with a mark on the time axis where an alert was raised."""

from collections.abc import Iterator, Sequence
from typing import Final

from jobdash.engine.alerts.amount import shown, span
from jobdash.engine.history.history import Past
from jobdash.engine.metrics.names import METRICS
from jobdash.model.alert import AlertEvent, Turn
from jobdash.tui.presentation.braille import chart, nice_top
from jobdash.tui.presentation.spans import Line, Span, cut, spread

LABELS: Final = 9
"""Cells to the left of a chart for its scale."""

MARKS: Final = {Turn.RAISED: ("▲", "alert"), Turn.CLEARED: ("✔", "quiet")}


def width_of_chart(width: int) -> int:
    """Cells that are left for the line itself."""
    return max(10, width - LABELS - 2)


def lines(
    past: Past | None, of: str, names: Sequence[str], events: Sequence[AlertEvent], size: tuple[int, int]
) -> list[Line]:
    """The charts one below the other, then the axis; `of` is whose past it is, `size` is for all of it."""
    width, height = size
    if past is None:
        return [(Span("  reading the past ...", "quiet"),)]
    inner = width_of_chart(width)
    each = max(2, (height - 2 - len(names)) // max(1, len(names)))
    drawn: list[Line] = []
    for name in names:
        drawn += _one(of, name, past.series.get(name, ()), each, width)
    if not past.known:
        drawn.append((Span(" " * LABELS + "nothing is known of this time", "quiet"),))
    drawn.append(_axis(past, events, inner))
    drawn.append(_times(past, inner))
    return [cut(line, width) for line in drawn]


def _one(of: str, name: str, values: Sequence[float | None], height: int, width: int) -> Iterator[Line]:
    unit = METRICS[name].unit
    known = [value for value in values if value is not None]
    now = next((value for value in reversed(values) if value is not None), None)
    said = f"now {shown(now, unit)}  most {shown(max(known), unit)}" if known and now is not None else "unknown"
    words = name.replace("failed_percent", "failed of total").replace("_", " ")
    yield spread((Span(f" {of}  ", "bold"), Span(words, "heading")), (Span(said + " ", "quiet"),), width)
    top = nice_top(values)
    for number, row in enumerate(chart(values, height, top)):
        label = shown(top, unit) if number == 0 else shown(0, unit) if number == height - 1 else ""
        yield Span(label.rjust(LABELS - 1) + " ", "quiet"), Span(row, "brand")


def _axis(past: Past, events: Sequence[AlertEvent], inner: int) -> Line:
    """`────▲──────✔───`: when alerts were raised and cleared."""
    cells: dict[int, tuple[str, str]] = {}
    start = past.until - past.seconds
    for event in events:
        if event.turn in MARKS and start <= event.at <= past.until:
            cell = min(inner - 1, int((event.at - start) / past.seconds * inner))
            if event.turn is Turn.RAISED or cell not in cells:
                cells[cell] = MARKS[event.turn]
    line = [Span(" " * LABELS)]
    last = 0
    for cell in sorted(cells):
        line += [Span("─" * (cell - last), "rule"), Span(*cells[cell])]
        last = cell + 1
    return (*line, Span("─" * (inner - last), "rule"))


def _times(past: Past, inner: int) -> Line:
    left, middle, right = f"-{span(past.seconds)}", f"-{span(past.seconds / 2)}", "now"
    first = left + " " * max(1, inner // 2 - len(left) - len(middle) // 2) + middle
    return (Span(" " * LABELS + first + " " * max(1, inner - len(first) - len(right)) + right, "quiet"),)
