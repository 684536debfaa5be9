"""The server strip in text: one line a server, or all of them folded into one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from jobdash.engine.health import Verdict
from jobdash.engine.monitor import ServerView
from jobdash.model.queue import QueueStats
from jobdash.model.server import Delivery, Phase, ServerStatus
from jobdash.model.state import State
from jobdash.tui.presentation import age
from jobdash.tui.presentation.safe import fit, one_line, pad
from jobdash.tui.presentation.server_care import NAME_MOST, care_marks
from jobdash.tui.presentation.server_counts import counted, counts_of, digits_of
from jobdash.tui.presentation.spans import EMPTY, Line, Span, cut, joined, restyled, width_of
from jobdash.tui.presentation.spark import sparkline
from jobdash.tui.presentation.states import PHASES, VERDICTS, WORST_FIRST

FOLDED: Final = frozenset({State.PENDING, State.RUNNING, State.FAILED, State.STUCK})
TREND_FROM: Final = 100
TREND_CELLS: Final = 7
KIND_MOST: Final = 12
REASON_MOST: Final = 40

FRESH: Final = 20.0
"""Seconds for which the figures of queues count as of now."""

MORE: Final = "h"


def worst_first(servers: Iterable[ServerView]) -> list[ServerView]:
    """Those that need a person on top; otherwise in the order the person gave them."""
    return sorted(servers, key=lambda server: WORST_FIRST.index(server.status.phase))


def strip(servers: Sequence[ServerView], monotonic: float, width: int, most: int, more: str = MORE) -> tuple[Line, ...]:
    """At most `most` lines with steady columns. When servers are left out, the worst stay and the last line says so."""
    shown = list(servers)
    if len(shown) > most:
        shown = worst_first(servers)[: most - 1]
    name = min(NAME_MOST, max((len(one_line(server.name)) for server in shown), default=0))
    kind = min(KIND_MOST, max((len(one_line(server.kind)) for server in shown), default=0))
    marks = max((width_of(care_marks(server.care)) for server in shown), default=0)
    digits = digits_of(shown)
    trends = width >= TREND_FROM and any(server.throughput is not None for server in shown)
    lines = [line(server, monotonic, width, (name, kind, marks), digits, trends=trends, more=more) for server in shown]
    if len(servers) > len(shown):
        rest = len(servers) - len(shown)
        lines.append((Span(f" and {rest} more that need you less", "quiet"),))
    return tuple(lines)


def line(
    server: ServerView,
    monotonic: float,
    width: int,
    heads: tuple[int, int, int],
    digits: Mapping[State, int] | None = None,
    *,
    trends: bool = False,
    more: str = MORE,
) -> Line:
    """` ● docs  compileo  SSE  <10s  ◌ 312  ▶ 18  ✔ 9,812  ✖ 164  workers 3`.

    `heads` are the widths of name, kind and of the marks that say how careful one must be; `more` is the key that
    tells in full what is cut.
    """
    name, kind, marks = heads
    marked = care_marks(server.care)
    status = server.status
    glyph, _, style = PHASES[status.phase]
    live = status.phase is Phase.LIVE
    verdict = server.health.verdict if server.health is not None else Verdict.OK
    if live and verdict in (Verdict.WARNING, Verdict.CRITICAL):
        glyph, style = VERDICTS[verdict]
    head: Line = (
        Span(f" {glyph} ", style),
        Span(pad(fit(one_line(server.name), name), name), "bold" if live else f"bold {style}"),
        Span("  " + pad(fit(one_line(server.kind), kind), kind), "quiet"),
        *((Span("  "), *marked, Span(" " * (marks - width_of(marked)))) if marks else ()),
    )
    if live:
        counts, reasons = counted(counts_of(server), digits), _reasons(server)
        figures = (_trend(server, trends), counts, reasons, _extras(server.queue), _since(server, monotonic))
        told = joined((head, _delivery(status, monotonic), *figures, _lists_nothing(server), _not_understood(status)))
        return _cut(joined((told, _remarks(server))), width, more)
    known = counted({state: count for state, count in counts_of(server).items() if count}, always=False)
    ago = _figures_age(server, monotonic)
    words = f"(last known{f' {age.short(ago)} ago' if ago is not None else ''}: "
    last: Line = (Span(words, "stale"), *restyled(known, "stale"), Span(")", "stale")) if known else EMPTY
    trouble = _trouble(status, monotonic)
    room = width - width_of(head) - 3
    if width_of(trouble) + 2 + width_of(last) > room:
        last = EMPTY
    return joined((head, _cut(trouble, room, more), last))


def _cut(told: Line, width: int, more: str) -> Line:
    """What does not fit says where it can be read in full."""
    if width_of(told) <= width:
        return told
    hint = f"  {more} tells all"
    return (*cut(told, width - len(hint)), Span(hint, "key"))


def _delivery(status: ServerStatus, monotonic: float) -> Line:
    if status.delivery is None:
        return (Span(f"{'idle':<9}    ", "quiet"),)
    told = delivery(status)
    heard = age.steady(monotonic - status.heard_at) if status.heard_at is not None else ""
    return (Span(f"{told:<9}", "quiet"), Span(f"{heard:>4}", "quiet"))


def _figures_age(server: ServerView, monotonic: float) -> float | None:
    """How old what is known in figures is: the server's word of its queues, else the last word it said."""
    at = server.queue_at if server.queue is not None and server.queue_at is not None else server.status.heard_at
    return None if at is None else max(0.0, monotonic - at)


def _since(server: ServerView, monotonic: float) -> Line:
    """`figures 2m old`, where a live server has not spoken of its queues for longer than it usually takes."""
    if server.queue is None or server.queue_at is None:
        return EMPTY
    old = monotonic - server.queue_at
    usual = max(FRESH, 2 * (server.status.interval or 0.0))
    return (Span(f"figures {age.short(old)} old", "stale"),) if old > usual else EMPTY


def _trend(server: ServerView, wanted: bool) -> Line:
    """`▁▂▂▅▇▅▃   41/min`: jobs finished over the last minutes, and a minute."""
    if not wanted:
        return EMPTY
    trend = sparkline(server.trend).rjust(TREND_CELLS)
    rate = "" if server.throughput is None else f"{server.throughput:,.0f}/min"
    return (Span(f"{trend} {rate:>8}", "quiet"),)


def _reasons(server: ServerView) -> Line:
    """`failures 14 % of total +1`: why a live server is not well, the worst reason in words."""
    if server.health is None:
        return EMPTY
    loud = [reason for reason in server.health.reasons if reason.brief and not reason.quiet]
    loud = [reason for reason in loud if reason.verdict is not Verdict.OK]
    if not loud:
        return EMPTY
    more = f" +{len(loud) - 1}" if len(loud) > 1 else ""
    return (Span(fit(one_line(loud[0].brief), REASON_MOST) + more, VERDICTS[loud[0].verdict][1]),)


def remarks(server: ServerView) -> list[str]:
    """What a person should know of a live server: a stream of no use, a clock that is wrong, a listing that is cut."""
    status = server.status
    told = [one_line(status.message)] if status.message else []
    if status.rests is not None and status.delivery is not Delivery.FEED:
        told.insert(0, f"polls rest: {one_line(status.rests)}")
    if server.rows_old is not None:
        told.insert(0, f"rows up to {age.short(age.stepped(server.rows_old))} old")
    if status.ahead:
        told.append(f"clock {status.ahead:+,.0f}s")
    if part := _part(status):
        told.append(part)
    return told


def _part(status: ServerStatus) -> str:
    """How much of the listing is here, where that is not all of it."""
    if status.listed is not None and status.total is not None and status.listed < status.total:
        return f"{status.listed:,} of {status.total:,}"
    return f"first {status.listed:,} only" if status.listed is not None and status.cut else ""


def _remarks(server: ServerView) -> Line:
    told = remarks(server)
    return (Span("  ".join(told), "stale"),) if told else EMPTY


def _lists_nothing(server: ServerView) -> Line:
    """A server that cannot list and of which no job is watched: its empty rows are no sign that it rests."""
    if server.capabilities.list or server.capabilities.feed or any(server.counts.values()):
        return EMPTY
    return (Span("cannot list its jobs: i adds ids", "quiet"),)


def _not_understood(status: ServerStatus) -> Line:
    return (Span(f"{status.bad_answers:,} not understood", "quiet"),) if status.bad_answers else EMPTY


def delivery(status: ServerStatus) -> str:
    """How news arrives: `WS`, `SSE`, `LONG POLL`, `POLL 5s`; empty while there is nothing to ask."""
    match status.delivery:
        case None:
            return ""
        case Delivery.SOCKET:
            return "WS"
        case Delivery.FEED | Delivery.STREAM:
            return "SSE"
        case Delivery.LONG_POLL:
            return "LONG POLL"
        case Delivery.POLL:
            return f"POLL {age.span(status.interval)}" if status.interval else "POLL"


def _extras(queue: QueueStats | None) -> Line:
    if queue is None:
        return EMPTY
    parts = []
    if queue.workers is not None:
        parts.append(f"workers {queue.workers}")
    if queue.cpu_percent is not None:
        parts.append(f"cpu {queue.cpu_percent:.0f} %")
    if queue.memory_mb is not None:
        parts.append(f"mem {queue.memory_mb:,.0f} MB")
    if queue.paused:
        parts.append("queue paused")
    if queue.health:
        parts.append(one_line(queue.health))
    return (Span("  ".join(parts), "quiet"),) if parts else EMPTY


def _trouble(status: ServerStatus, monotonic: float) -> Line:
    word = PHASES[status.phase]
    since = "" if status.phase is Phase.CONNECTING else " " + age.short(max(1.0, monotonic - status.since))
    told = one_line(status.message or "")
    if status.rests is not None:
        told = ", ".join(filter(None, (told, f"polls rest: {one_line(status.rests)}")))
    wait = status.next_try_at - monotonic if status.next_try_at is not None else 0
    again = f"next try {age.short(wait)}" if wait >= 1 and status.rests is None else ""
    said = ", ".join(part for part in (told, again) if part)
    return joined(((Span(word.word + since, word.style),), (Span(said),) if said else EMPTY))


def folded(servers: Sequence[ServerView], monotonic: float) -> Line:
    """All servers in one line: the worst by name when something is wrong, how many are live, totals."""
    if not servers:
        return EMPTY
    ranked = worst_first(servers)
    worst, live = ranked[0], [server for server in servers if server.status.phase is Phase.LIVE]
    parts: list[Line] = []
    if worst.status.phase is not Phase.LIVE:
        parts.append(_short_trouble(worst, monotonic))
        if others := [s for s in ranked[1:] if s.status.phase is not Phase.LIVE]:
            parts.append((Span(f"+{len(others)} not live", "server-down"),))
    if live:
        told = live[0].name if len(servers) == 1 else f"{len(live)} live"
        parts.append((Span("● ", "server-live"), Span(fit(one_line(told), NAME_MOST), "quiet")))
    if open_ones := [server.name for server in servers if server.care.insecure]:
        parts.append((Span(f"insecure: {fit(one_line(', '.join(open_ones)), NAME_MOST)}", "bold alert"),))
    totals: dict[State, int] = {}
    for server in servers:
        for state, count in counts_of(server).items():
            totals[state] = totals.get(state, 0) + count
    parts.append(counted({state: count for state, count in totals.items() if state in FOLDED}))
    if cuts := [part for server in live if (part := _part(server.status))]:
        parts.append((Span(cuts[0] if len(cuts) == 1 else f"{len(cuts)} listed in part", "stale"),))
    return joined(parts)


def _short_trouble(server: ServerView, monotonic: float) -> Line:
    glyph, word, style = PHASES[server.status.phase]
    since = "" if server.status.phase is Phase.CONNECTING else age.short(max(1.0, monotonic - server.status.since))
    name = fit(one_line(server.name), NAME_MOST)
    return (Span(f"{glyph} {name} {word} {since}".rstrip(), style),)
