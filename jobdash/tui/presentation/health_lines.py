"""The Health screen in text: a verdict with its reasons for each server, and the figures that it rests on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from jobdash.engine.alerts.amount import shown
from jobdash.engine.health import Health, Verdict
from jobdash.engine.metrics.names import METRICS
from jobdash.tui.presentation.safe import fit, one_line, pad, wrap
from jobdash.tui.presentation.spans import EMPTY, Line, Span, cut, joined
from jobdash.tui.presentation.spark import sparkline

LOOKS: Final = {
    Verdict.OK: ("●", "server-live"),
    Verdict.WARNING: ("▲", "alert"),
    Verdict.CRITICAL: ("✖", "bold danger"),
    Verdict.UNKNOWN: ("?", "quiet"),
}
NAME_MOST: Final = 16

Figures = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Block:
    """What is told of one server. `trends` are by figure; `parts` are its queues and types with their figures.

    `said` is what the server says of itself.
    """

    name: str
    health: Health
    figures: Figures
    trends: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    parts: Sequence[tuple[str, Figures]] = ()
    said: Sequence[Line] = ()


def lines(block: Block, width: int, *, chosen: bool, names: int) -> Iterator[Line]:
    """The verdict, the figures, and for the chosen server its queues and types."""
    glyph, style = LOOKS[block.health.verdict]
    name = pad(fit(one_line(block.name), names), names)
    head: Line = (
        Span(" ▸ " if chosen else "   ", "bold brand"),
        Span(name, "bold"),
        Span(f"  {glyph} {block.health.verdict.word:<8}", style),
    )
    reasons = " · ".join(one_line(reason.words) for reason in block.health.reasons)
    room = max(20, width - names - 16)
    well = block.health.verdict in (Verdict.OK, Verdict.UNKNOWN)
    for number, part in enumerate(wrap(reasons, room, 3)):
        yield (*(head if not number else (Span(" " * (names + 14)),)), Span("  " + part, "quiet" if well else ""))
    for line in _figures(block, width - 6):
        yield (Span("      "), *line)
    for line in block.said:
        yield (Span("      "), *line)
    if chosen:
        yield from _parts(block, width)
    yield EMPTY


def told(name: str, value: float | None) -> str:
    """A figure with its unit; what is not known is said to be."""
    return "unknown" if value is None else shown(value, METRICS[name].unit)


def _figures(block: Block, width: int) -> Iterator[Line]:
    found = block.figures
    parts: list[Line] = []
    for name in ("depth", "throughput", "oldest_waiting", "failure_rate"):
        if name in found:
            trend = sparkline(block.trends.get(name, ())).strip()
            text = f"{name.replace('_', ' ')} "
            parts.append(
                (Span(text, "quiet"), Span(told(name, found[name])), *((Span(f" {trend}", "quiet"),) if trend else ()))
            )
    for kind in ("run", "wait"):
        if found.get(f"{kind}_p50") is not None:
            said = " ".join(f"p{p} {told(f'{kind}_p{p}', found.get(f'{kind}_p{p}'))}" for p in (50, 95, 99))
            parts.append((Span(f"{kind} {said}", "quiet"),))
    if found.get("workers") is not None:
        busy, workers = found.get("running"), found["workers"]
        text = (
            f"workers {told('workers', workers)}"
            if busy is None
            else f"workers {min(busy, workers or 0):.0f} of {workers:.0f} busy"
        )
        parts.append((Span(text, "quiet"),))
    parts += [
        (Span(f"{word} {told(word, found[word])}", "quiet"),)
        for word in ("cpu", "memory")
        if found.get(word) is not None
    ]
    yield from _folded(parts, width)


def _folded(parts: Sequence[Line], width: int) -> Iterator[Line]:
    """As many parts a line as fit."""
    line: list[Line] = []
    used = 0
    for part in parts:
        size = sum(span.width for span in part) + 3
        if line and used + size > width:
            yield joined(line, "   ")
            line, used = [], 0
        line.append(part)
        used += size
    if line:
        yield joined(line, "   ")


def _parts(block: Block, width: int) -> Iterator[Line]:
    for label, found in block.parts:
        known = [
            f"{name.replace('_', ' ')} {told(name, found[name])}"
            for name in (
                "depth",
                "running",
                "throughput",
                "run_p50",
                "run_p95",
                "run_p99",
                "wait_p50",
                "wait_p95",
                "wait_p99",
            )
            if found.get(name) is not None
        ]
        if known:
            yield cut(
                (Span("      "), Span(pad(fit(one_line(label), 24), 24)), Span("  " + "  ".join(known), "quiet")), width
            )
