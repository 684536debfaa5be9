"""The attempts of a job: how each went, by its server's word or as seen from here, tracebacks, and what differs."""

from collections.abc import Iterator, Sequence
from difflib import unified_diff
from itertools import pairwise

from jobdash.engine.histories import Turn
from jobdash.model.job import Attempt
from jobdash.model.state import State
from jobdash.tui.presentation import age, trace
from jobdash.tui.presentation.age import Moment
from jobdash.tui.presentation.detail import LONG_TEXT, Subject, sectioned
from jobdash.tui.presentation.safe import lines_of, one_line, wrap
from jobdash.tui.presentation.spans import Line, Span, joined
from jobdash.tui.presentation.states import STATES

COMPARED = 60
AGAIN = (State.PENDING, State.SCHEDULED)
"""A job that a worker had and that waits again will be tried again."""

TRACES = 5
"""So many tracebacks are shown, the newest first."""


def lines(subject: Subject, moment: Moment, width: int) -> list[Line]:
    """The whole tab, top to bottom."""
    told, seen = by_server(subject), seen_here(subject)
    every = sorted([*told, *seen], key=lambda attempt: attempt.number or 0)
    sections = (
        _summary(subject, counted=bool(every)),
        _listed(told, f"as {one_line(subject.job.server)} tells", moment),
        _listed(seen, "as seen from here", moment),
        _error(subject, width),
        _difference(every, width),
        *_tracebacks(subject, told, width),
    )
    return sectioned(sections, width)


def by_server(subject: Subject) -> Sequence[Attempt]:
    """Those that the server tells of; where it tells of none and nobody looked on, the last one by the job itself."""
    known, job = subject.detail.detail if subject.detail else None, subject.job
    if known is not None and known.attempts:
        return known.attempts
    if subject.turns or job.started_at is None or not job.attempts:
        return ()
    began = job.started_at if job.attempts == 1 else None
    end = job.finished_at if job.state.ended else None
    return (Attempt(number=job.attempts, state=job.state, worker=job.worker, started_at=began, finished_at=end),)


def seen_here(subject: Subject) -> Sequence[Attempt]:
    """Those that were looked on at from here, and that the server does not tell of."""
    known = subject.detail.detail if subject.detail else None
    told = {attempt.number for attempt in known.attempts} if known is not None else set()
    seen = [_seen(begin, end, place) for place, (begin, end) in enumerate(_turned(subject.turns), 1)]
    return [attempt for attempt in seen if attempt.number not in told]


def _seen(begin: Turn, end: Turn | None, place: int) -> Attempt:
    return Attempt(
        number=begin.attempt if begin.attempt is not None else place,
        state=State.RETRYING if end is not None and end.state in AGAIN else (end or begin).state,
        worker=begin.worker or (end.worker if end is not None else None),
        started_at=begin.at,
        finished_at=end.at if end is not None else None,
        error=end.error if end is not None else None,
    )


def _turned(turns: Sequence[Turn]) -> Iterator[tuple[Turn, Turn | None]]:
    """Each time a worker had the job, and the turn by which that ended."""
    begin: Turn | None = None
    for turn in turns:
        if begin is not None and (turn.state is not State.RUNNING or turn.attempt != begin.attempt):
            if turn.state is State.PAUSED or turn.state is State.STUCK:
                continue
            yield begin, turn
            begin = None
        if begin is None and turn.state is State.RUNNING:
            begin = turn
    if begin is not None:
        yield begin, None


def _summary(subject: Subject, *, counted: bool) -> Iterator[Line]:
    job = subject.job
    if job.attempts is None:
        if not counted:
            yield (Span(f"{one_line(job.server)} does not count attempts", "quiet"),)
        return
    of = f" of {job.max_attempts}" if job.max_attempts is not None else ""
    yield (Span(f"attempt {job.attempts}{of}", "heading"),)


def _listed(attempts: Sequence[Attempt], whose: str, moment: Moment) -> Iterator[Line]:
    """How each went, how long it took and who worked on it."""
    if attempts:
        yield (Span(whose, "quiet"),)
    for attempt in attempts:
        glyph, word, style = STATES[attempt.state or State.UNKNOWN]
        number = "?" if attempt.number is None else attempt.number
        said = (attempt.worker, (attempt.error or "")[:LONG_TEXT])
        yield joined(
            [
                (
                    Span(f"{number:>3}  ", "quiet"),
                    Span(f"{glyph} {word:<9}", style),
                    Span(f" {_took(attempt, moment):>6}"),
                ),
                *((Span(one_line(part), "quiet"),) for part in said if part),
            ]
        )


def _took(attempt: Attempt, moment: Moment) -> str:
    """How long, up to now where it still runs; empty where that is not told."""
    end = moment.now if attempt.state is State.RUNNING and attempt.finished_at is None else attempt.finished_at
    return age.span(end - attempt.started_at) if end is not None and attempt.started_at is not None else ""


def _difference(attempts: Sequence[Attempt], width: int) -> Iterator[Line]:
    """What the last two errors that are not the same differ in, line by line."""
    told = [(attempt.number, attempt.traceback or attempt.error or "") for attempt in attempts]
    failed = [(number, text) for number, text in told if text]
    differing = [pair for pair in pairwise(failed) if pair[0][1] != pair[1][1]]
    if not differing:
        return
    (first, earlier), (second, later) = differing[-1]
    yield (Span(f"what attempts {first or '?'} and {second or '?'} differ in", "heading"),)
    before, after = lines_of(earlier[-LONG_TEXT:], COMPARED), lines_of(later[-LONG_TEXT:], COMPARED)
    for line in unified_diff(before, after, lineterm="", n=1):
        if not line.startswith(("---", "+++", "@@")):
            style = "job-completed" if line.startswith("+") else "job-failed" if line.startswith("-") else "quiet"
            yield from ((Span(text, style),) for text in wrap(line, width, 4))


def _error(subject: Subject, width: int) -> Iterator[Line]:
    style = "job-failed" if subject.job.state is State.FAILED else ""
    for part in lines_of((subject.job.error or "")[:LONG_TEXT], 12) if subject.job.error else ():
        for text in wrap(part, width, 12):
            yield (Span(text, style),)


def _tracebacks(subject: Subject, told: Sequence[Attempt], width: int) -> Iterator[Iterator[Line]]:
    """Of each attempt, the newest first; where the server does not tell them apart, the one it tells."""
    known = subject.detail.detail if subject.detail else None
    traced = [attempt for attempt in reversed(told) if attempt.traceback][:TRACES]
    if not traced and known is not None and known.traceback:
        yield trace.lines(known.traceback, width)
    for text in dict.fromkeys(attempt.traceback or "" for attempt in traced):
        numbers = [str(attempt.number or "?") for attempt in reversed(traced) if attempt.traceback == text]
        several = "s" if len(numbers) > 1 else ""
        yield _headed(f"traceback of attempt{several} {', '.join(numbers)}", text, width)


def _headed(title: str, text: str, width: int) -> Iterator[Line]:
    yield (Span(title, "heading"),)
    yield from trace.lines(text, width)
