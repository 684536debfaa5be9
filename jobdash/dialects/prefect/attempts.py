"""The attempts of a run that was begun more than once: each time that it ran, by its states and its log."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from jobdash.client.dialect import Ask, Request
from jobdash.dialects._reading import iso, many, whole_list
from jobdash.dialects.prefect.api import Api
from jobdash.dialects.prefect.states import STATES
from jobdash.dialects.prefect.wire import RunState
from jobdash.model.errors import ServerError
from jobdash.model.job import Attempt
from jobdash.model.log import LogLine
from jobdash.model.state import State

TRACE = "Traceback (most recent"
STILL = ("RUNNING", "CANCELLING", "PAUSED")
"""States through which an attempt goes on."""

LATER = 1.0
"""Seconds after its end in which an attempt may still write."""


async def attempts_of(ask: Ask, api: Api, id: str, lines: Sequence[LogLine]) -> tuple[Attempt, ...]:
    """Oldest first; nothing where the history cannot be read, because the run itself was told."""
    try:
        answer = await ask(Request(path=api.path("flow_run_states/"), query={"flow_run_id": id}))
        states = many(RunState, whole_list(answer.body, answer.url))
    except ServerError:
        return ()
    told: list[Attempt] = []
    for state, after in zip(states, [*states[1:], None], strict=True):
        if state.type == "RUNNING" and (not told or told[-1].state is not State.RUNNING):
            told.append(Attempt(number=len(told) + 1, state=State.RUNNING, started_at=iso(state.timestamp)))
        if told and told[-1].state is State.RUNNING and after is not None and after.type not in STILL:
            told[-1] = _ended(told[-1], after, lines)
    return tuple(told)


def _ended(attempt: Attempt, by: RunState, lines: Sequence[LogLine]) -> Attempt:
    """A run that is scheduled again has failed; what it ended with is the message of the state after it."""
    end, well = iso(by.timestamp), by.type == "COMPLETED"
    return replace(
        attempt,
        state=State.FAILED if by.type == "SCHEDULED" else STATES.get(by.type or "", State.UNKNOWN),
        finished_at=end,
        error=None if well else by.message,
        traceback=None if well else traced(lines, attempt.started_at, end),
    )


def traced(lines: Iterable[LogLine], start: float | None = None, end: float | None = None) -> str | None:
    """The last traceback of a log, or the last between two moments."""
    told = [line for line in lines if TRACE in line.text]
    if start is not None and end is not None:
        told = [line for line in told if line.at is not None and start <= line.at <= end + LATER]
    return told[-1].text if told else None
