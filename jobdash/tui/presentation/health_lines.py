"""The Health screen in text: a verdict with its reasons for each server, and every figure that it rests on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from jobdash.engine.alerts.amount import shown
from jobdash.engine.health import OF_PHASES, Health, Verdict
from jobdash.engine.metrics.names import METRICS
from jobdash.tui.presentation import part_rows
from jobdash.tui.presentation.part_rows import Part
from jobdash.tui.presentation.safe import fit, one_line, pad, wrap
from jobdash.tui.presentation.spans import EMPTY, Line, Span, joined, width_of
from jobdash.tui.presentation.spark import sparkline
from jobdash.tui.presentation.states import VERDICTS

NAME_MOST: Final = 16
INDENT: Final = 5
LABEL: Final = 9
UNKNOWN: Final = "unknown"

Figures = Mapping[str, float | None]
Trends = Mapping[str, Sequence[float | None]]


@dataclass(frozen=True, slots=True)
class Block:
    """What is told of one server. `trends` are by figure, `parts` its queues and types, `told` its word about itself.

    `said` are lines of what else it says.
    """

    name: str
    health: Health
    figures: Figures
    told: str | None = None
    trends: Trends = field(default_factory=dict)
    parts: Sequence[Part] = ()
    said: Sequence[Line] = ()


def lines(block: Block, width: int, *, chosen: bool, names: int) -> Iterator[Line]:
    """The verdict and the main figures; of the chosen server all of them, and its queues and types."""
    glyph, style = VERDICTS[block.health.verdict]
    name = pad(fit(one_line(block.name), names), names)
    head: Line = (
        Span(" ▸ " if chosen else "   ", "bold brand"),
        Span(name, "bold"),
        Span(f"  {glyph} {block.health.verdict.word:<8}", style),
    )
    reasons = " · ".join(one_line(reason.words) for reason in block.health.reasons)
    room = max(20, width - names - 18)
    well = block.health.verdict in (Verdict.OK, Verdict.UNKNOWN)
    for number, part in enumerate(wrap(reasons, room, 3)):
        yield (
            *(head if not number else (Span(" " * (names + 15)),)),
            Span("  " + part.strip(), "quiet" if well else ""),
        )
    bad = {reason.metric for reason in block.health.reasons if reason.metric}
    groups = _all_of(block, bad) if chosen else _main_of(block, bad)
    for label, parts in groups:
        yield from _folded(label, parts, width - 2)
    for line in block.said:
        yield (Span(" " * INDENT), *line)
    if chosen and block.parts:
        yield EMPTY
        yield from part_rows.lines(block.parts, width)
    yield EMPTY


def told(name: str, value: float | None) -> str:
    """A figure with its unit; what is not known is said to be."""
    return UNKNOWN if value is None else shown(value, METRICS[name].unit)


Group = tuple[str, Sequence[Line]]


def _main_of(block: Block, bad: set[str]) -> Iterator[Group]:
    """One line of a server that nobody has chosen; of one that tells nothing, none."""
    names = ("depth", "running", "failed", "throughput", "oldest_waiting")
    if any(block.figures.get(name) is not None for name in names):
        yield "", _figures(block, bad, *names, "workers")


def _all_of(block: Block, bad: set[str]) -> Iterator[Group]:
    if all(value is None for name, value in block.figures.items() if name not in OF_PHASES):
        yield "", [(Span(f"{UNKNOWN}: every figure, until it is heard", "quiet"),)]
        return
    yield "jobs", _figures(block, bad, "depth", "running", "scheduled", "retrying", "failed", "failed_percent")
    yield "flow", _figures(block, bad, "throughput", "failure_rate", "oldest_waiting", "estimated_wait")
    yield "run", _figures(block, bad, "run_p50", "run_p95", "run_p99")
    yield "wait", _figures(block, bad, "wait_p50", "wait_p95", "wait_p99")
    machine = _figures(block, bad, "workers", "utilisation", "cpu", "memory")
    yield "machine", [*machine, _word("queue health", one_line(block.told) if block.told else UNKNOWN)]


def _figures(block: Block, bad: set[str], *names: str) -> list[Line]:
    """`depth 312 ▂▃▅▆   running 18   unknown: scheduled, retrying`."""
    known = [_figure(block, name, bad) for name in names if block.figures.get(name) is not None]
    unknown = ", ".join(_words(name) for name in names if block.figures.get(name) is None)
    return [*known, (Span(f"{UNKNOWN}: {unknown}", "quiet"),)] if unknown else known


def _figure(block: Block, name: str, bad: set[str]) -> Line:
    value, busy = block.figures[name], block.figures.get("running")
    trend = sparkline(block.trends.get(name, ())).strip()
    text = told(name, value)
    if name == "workers" and value is not None and busy is not None:
        text = f"{min(busy, value):.0f} of {value:.0f} busy"
    return *_word(_words(name), text, "alert" if name in bad else ""), Span(f" {trend}" if trend else "", "quiet")


def _words(name: str) -> str:
    short = name.removeprefix("run_").removeprefix("wait_")
    return {"failed_percent": "of total"}.get(name, short.replace("_", " "))


def _word(word: str, value: str, style: str = "") -> Line:
    return Span(f"{word} ", "quiet"), Span(value, style or ("quiet" if value == UNKNOWN else ""))


def _folded(label: str, parts: Iterable[Line], width: int) -> Iterator[Line]:
    """As many parts a line as fit, behind the label."""
    indent = INDENT + (LABEL if label else 0)
    head: Line = (Span(" " * INDENT), Span(pad(label, LABEL), "heading")) if label else (Span(" " * INDENT),)
    line: list[Line] = []
    used = indent
    for part in parts:
        size = width_of(part) + 3
        if line and used + size > width:
            yield (*head, *joined(line, "   "))
            head, line, used = (Span(" " * indent),), [], indent
        line.append(part)
        used += size
    if line:
        yield (*head, *joined(line, "   "))
