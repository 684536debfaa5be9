"""The queues and types of a server as a table: a verdict each, how many wait, how fast they go, how long they take."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jobdash.engine.alerts.amount import shown
from jobdash.engine.health import Verdict
from jobdash.engine.metrics.names import METRICS
from jobdash.tui.presentation.safe import fit, one_line, pad
from jobdash.tui.presentation.spans import Line, Span, cut
from jobdash.tui.presentation.spark import sparkline
from jobdash.tui.presentation.states import VERDICTS

NAME_LEAST: Final = 12
NAME_MOST: Final = 30
CELL: Final = 7
TREND: Final = 11
COLUMNS: Final = (
    ("waiting", "depth"),
    ("running", "running"),
    ("per min", "throughput"),
    ("failing", "failure_rate"),
    ("run 50", "run_p50"),
    ("run 95", "run_p95"),
    ("run 99", "run_p99"),
    ("wait 50", "wait_p50"),
    ("wait 95", "wait_p95"),
    ("wait 99", "wait_p99"),
)
"""From left to right; `FIRST` says which of them stay on a narrow screen."""

FIRST: Final = (
    "depth", "throughput", "run_p50", "run_p95", "run_p99",
    "wait_p95", "running", "failure_rate", "wait_p50", "wait_p99",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One queue or type; `trend` is how many waited lately."""

    kind: str
    name: str
    verdict: Verdict
    figures: Mapping[str, float | None]
    trend: Sequence[float | None] = ()
    chosen: bool = False


def lines(parts: Sequence[Part], width: int) -> Iterator[Line]:
    """A head and a line for each part, two for the chosen one where the screen is too narrow for all of it.

    What is not known of any of them is said once.
    """
    names = max(len(one_line(part.name)) for part in parts) + 6
    names = max(NAME_LEAST, min(NAME_MOST, names))
    names = min(names, width // 4)
    room = width - 8 - names - TREND
    known = [name for name in FIRST if any(part.figures.get(name) is not None for part in parts)]
    wanted = known[: max(2, room // (CELL + 1))]
    columns = [(title, name) for title, name in COLUMNS if name in wanted]
    lacking = [title for title, name in COLUMNS if name not in known]
    unknown = ", ".join(dict.fromkeys(title.rstrip(" 059") for title in lacking))
    head = " " * 5 + pad("queue or type", names)
    for title, name in columns:
        head += " " + title.rjust(CELL) + (" " * TREND if name == "depth" else "")
    yield cut((Span(head, "heading"), Span(f"   unknown: {unknown}" if unknown else "", "quiet")), width)
    left_out = [(title, name) for title, name in COLUMNS if name in known and name not in wanted]
    for part in parts:
        yield cut(_line(part, [name for _, name in columns], names), width)
        if part.chosen and left_out:
            more = "   ".join(f"{title} {_told(part, name)}" for title, name in left_out)
            yield cut((Span(" " * 11 + more, "quiet"),), width)


def _line(part: Part, columns: Sequence[str], names: int) -> Line:
    glyph, style = VERDICTS[part.verdict]
    ink = "bold" if part.chosen else ""
    spans = [
        Span(" ▸ " if part.chosen else "   ", "bold brand"),
        Span(f"{glyph} ", style),
        Span(pad(part.kind, 6), "quiet"),
        Span(pad(fit(one_line(part.name), names - 6), names - 6), ink),
    ]
    for name in columns:
        value = part.figures.get(name)
        spans.append(Span(" " + _told(part, name).rjust(CELL), "quiet" if value is None else ""))
        if name == "depth":
            spans.append(Span(" " + pad(sparkline(part.trend), TREND - 1), "quiet"))
    return tuple(spans)


def _told(part: Part, name: str) -> str:
    value = part.figures.get(name)
    return "unknown" if value is None else shown(value, METRICS[name].unit).removesuffix("/min")
