"""How many jobs of a server are in each state, as figures that stand under each other."""

from collections.abc import Mapping, Sequence
from typing import Final

from jobdash.engine.monitor import ServerView
from jobdash.model.queue import QueueStats
from jobdash.model.server import Phase
from jobdash.model.state import State
from jobdash.tui.presentation.spans import Line, Span, joined
from jobdash.tui.presentation.states import STATES

SHOWN: Final = (State.PENDING, State.RUNNING, State.COMPLETED, State.FAILED, State.STUCK, State.RETRYING, State.PAUSED)
ALWAYS: Final = frozenset({State.PENDING, State.RUNNING, State.COMPLETED, State.FAILED})
BAD: Final = frozenset({State.FAILED, State.STUCK})

Counts = Mapping[State, int]


def counts_of(server: ServerView) -> Counts:
    """The server's own word where it gives one, else what jobdash counted itself; what is not in it is unknown."""
    counts_itself = server.capabilities.list or server.capabilities.feed or bool(server.counts)
    return {**(dict.fromkeys(ALWAYS, 0) if counts_itself else {}), **server.counts, **_told(server.queue)}


def _told(queue: QueueStats | None) -> Counts:
    if queue is None:
        return {}
    told = {
        State.PENDING: queue.depth,
        State.RUNNING: queue.running,
        State.SCHEDULED: queue.scheduled,
        State.RETRYING: queue.retrying,
        State.COMPLETED: queue.completed,
        State.FAILED: queue.failed,
        State.CANCELLED: queue.cancelled,
    }
    return {state: count for state, count in told.items() if count is not None}


def counted(counts: Counts, digits: Mapping[State, int] | None = None, *, always: bool = True) -> Line:
    """`◌ 312  ▶ 18  ✖ 164`: the states that matter always, the others when there are any; quiet unless bad.

    A zero is only there where it is known.
    """
    parts: list[Line] = []
    for state in SHOWN:
        count, column = counts.get(state), (digits or {}).get(state, 0)
        if not count and not column and not (always and count is not None and state in ALWAYS):
            continue
        figure = "" if count is None else f"{STATES[state].glyph} {count:>{max(1, column)},}"
        style = STATES[state].style if count and state in BAD else "quiet"
        parts.append((Span(figure or " " * (2 + column), style),))
    return joined(parts)


def digits_of(servers: Sequence[ServerView]) -> Counts:
    """How wide each count must be so that the figures of all live servers stand under each other."""
    live = [counts_of(server) for server in servers if server.status.phase is Phase.LIVE]
    most = {state: max((counts.get(state, 0) for counts in live), default=0) for state in SHOWN}
    return {state: len(f"{count:,}") for state, count in most.items() if count or state in ALWAYS}
