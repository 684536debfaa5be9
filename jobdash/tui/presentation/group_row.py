"""The header of a group of jobs as a line: its name, how many there are, and a bar and counts by state."""

from typing import Final

from jobdash.engine.group import GroupRow
from jobdash.model.state import State
from jobdash.tui.presentation.safe import fit, one_line, pad
from jobdash.tui.presentation.spans import Line, Span, cut
from jobdash.tui.presentation.states import STATES

NAME: Final = 22
BAR: Final = 12
NAMELESS: Final = {"server": "no server", "queue": "no queue", "type": "no type", "worker": "no worker yet"}
LOUD: Final = frozenset({State.FAILED, State.STUCK})


def line(group: GroupRow, width: int) -> Line:
    """`▾ parse_document     1,312  ━━━━━━━━━━━━  ✖ 12  ▶ 18  ◌ 1,282` in at most `width` cells."""
    name = NAMELESS.get(group.by, f"no {group.by}") if group.value is None else one_line(group.value)
    parts = (
        Span(f" {'▸' if group.folded else '▾'} ", "heading"),
        Span(pad(fit(name, NAME), NAME), "bold" if group.value is not None else "quiet"),
        Span(f" {group.total:>9,}  "),
        *_bar(group),
        *_counts(group),
    )
    return cut(parts, width)


def _bar(group: GroupRow) -> Line:
    """Each state's share; one that is there at all gets a cell, taken from the largest."""
    counted = [(state, group.counts[state]) for state in STATES if group.counts.get(state)]
    cells = {state: max(1, round(BAR * count / max(1, group.total))) for state, count in counted}
    while sum(cells.values()) > BAR:
        cells[max(cells, key=lambda state: cells[state])] -= 1
    if cells and (missing := BAR - sum(cells.values())):
        cells[max(cells, key=lambda state: cells[state])] += missing
    return tuple(Span("━" * size, STATES[state].style) for state, size in cells.items())


def _counts(group: GroupRow) -> Line:
    spans: list[Span] = []
    for state, (glyph, _, style) in STATES.items():
        if count := group.counts.get(state):
            spans.append(Span("  "))
            spans.append(Span(f"{glyph} {count:,}", style if state in LOUD else "quiet"))
    return tuple(spans)
