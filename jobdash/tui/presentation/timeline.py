"""The life of a job drawn to scale, and its two spans beside what is usual for its type."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from jobdash.engine.histories import Turn
from jobdash.model.job import Attempt, Job
from jobdash.model.state import State
from jobdash.tui.presentation import age
from jobdash.tui.presentation.spans import EMPTY, Line, Span, joined

Usual = tuple[float, float]
"""p50 and p95 in seconds."""

LOOKS = {
    State.PENDING: ("░", "quiet"),
    State.SCHEDULED: ("░", "quiet"),
    State.RUNNING: ("▓", "job-running"),
    State.STUCK: ("▓", "job-stuck"),
    State.PAUSED: ("▒", "job-paused"),
    State.RETRYING: ("░", "job-retrying"),
}
SEPARATE = "│"
MOST = 48
CONTRADICTION = "its times contradict each other"


@dataclass(frozen=True, slots=True)
class Usuals:
    """What is usual for the job's type; None while too few have ended."""

    waits: Usual | None = None
    runs: Usual | None = None


NOTHING_USUAL = Usuals()


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when to when a job was in a state; an attempt that began here is parted from the one before."""

    start: float
    end: float
    state: State
    attempt: int | None


WAITS = (State.SCHEDULED, State.PENDING)
"""In any other state a job has begun, whether its server tells when or not."""


def turns_of(attempts: Sequence[Attempt]) -> list[Turn]:
    """The way of a job through its attempts, as its server tells them; of one without times nothing is known."""
    turns: list[Turn] = []
    for attempt in attempts:
        if attempt.started_at is not None:
            turns.append(Turn(attempt.started_at, State.RUNNING, attempt.number, attempt.worker, None))
        if attempt.finished_at is not None:
            state = (attempt.state or State.UNKNOWN) if attempt is attempts[-1] else State.RETRYING
            turns.append(Turn(attempt.finished_at, state, attempt.number, attempt.worker, attempt.error))
    return sorted(turns, key=lambda turn: turn.at)


def stretches(job: Job, turns: Sequence[Turn], now: float) -> list[Stretch]:
    """Oldest first, without gaps: from what was seen, else from the job's own times."""
    points: list[tuple[float, State, int | None]] = []
    if job.created_at is not None:
        points.append((job.created_at, State.PENDING, None))
    if turns:
        if job.started_at is not None and job.started_at < turns[0].at:
            points.append((job.started_at, State.RUNNING, turns[0].attempt))
        points.extend((turn.at, turn.state, turn.attempt) for turn in turns)
    elif job.started_at is not None:
        points.append((job.started_at, State.PAUSED if job.state is State.PAUSED else State.RUNNING, None))
    end = job.finished_at if job.finished_at is not None else None if job.state.ended else now
    if end is None or not points:
        return []
    found = []
    for (start, state, attempt), following in zip(points, [*points[1:], (end, job.state, None)], strict=True):
        stop = min(following[0], end)
        if stop > start and not state.ended:
            found.append(Stretch(start, stop, state, attempt))
    return found


def contradicts(job: Job, now: float) -> bool:
    """Whether the job's times are out of order, or some have passed and others are far ahead: no span is known then."""
    ended = job.finished_at if job.state.ended else None
    told = [at for at in (job.created_at, job.started_at, ended) if at is not None]
    ahead = {at > now + age.AHEAD for at in told}
    return len(ahead) > 1 or any(later < earlier - age.AHEAD for earlier, later in pairwise(told))


def lines(job: Job, turns: Sequence[Turn], usual: Usuals, now: float, width: int) -> Iterator[Line]:
    """The bar, then what the spans were and what they usually are; nothing where the server tells no times."""
    if contradicts(job, now):
        yield (Span(CONTRADICTION, "quiet"),)
        return
    drawn = stretches(job, turns, now)
    if drawn:
        yield _bar(drawn, min(MOST, width))
    yield from _told(("waiting", "waited"), _waiting(job, now), usual.waits)
    yield from _told(("running", "ran"), _running(job, now), usual.runs)
    paused = sum(stretch.end - stretch.start for stretch in drawn if stretch.state is State.PAUSED)
    if paused and job.state is not State.PAUSED:
        yield (Span(f"{'paused':<10}", "quiet"), Span(age.span(paused)))


def _bar(drawn: Sequence[Stretch], width: int) -> Line:
    """Every stretch at least a cell; the rest by its share of the time."""
    total = sum(stretch.end - stretch.start for stretch in drawn)
    room = width - len(drawn)
    if room <= 0 or total <= 0:
        return EMPTY
    spans: list[Span] = []
    taken, passed = 0, 0.0
    attempt: int | None = None
    for stretch in drawn:
        passed += stretch.end - stretch.start
        cells = 1 + round(room * passed / total) - taken
        taken += cells - 1
        glyph, style = LOOKS.get(stretch.state, ("░", "quiet"))
        begins = stretch.attempt is not None and attempt is not None and stretch.attempt != attempt
        attempt = stretch.attempt if stretch.attempt is not None else attempt
        if begins:
            spans.append(Span(SEPARATE, "heading"))
            cells -= 1
        if cells:
            spans.append(Span(glyph * cells, style))
    return tuple(spans)


def _waiting(job: Job, now: float) -> tuple[float | None, bool]:
    """How long the job waited, and whether it still does."""
    if job.created_at is None:
        return None, False
    if job.started_at is not None:
        return job.started_at - job.created_at, False
    return (now - job.created_at, True) if job.state in WAITS else (None, False)


def _running(job: Job, now: float) -> tuple[float | None, bool]:
    if job.started_at is None:
        return None, False
    if job.finished_at is not None:
        return job.finished_at - job.started_at, False
    return (None, False) if job.state.ended else (now - job.started_at, True)


def _told(words: tuple[str, str], spent: tuple[float | None, bool], usual: Usual | None) -> Iterator[Line]:
    """`words` are for a span that goes on and for one that is over."""
    seconds, goes_on = spent
    if seconds is None or seconds < 0:
        return
    label: Line = (Span(f"{words[0] if goes_on else words[1]:<10}", "quiet"), Span(age.span(seconds)))
    if usual is None:
        yield label
        return
    p50, p95 = usual
    long = seconds > p95
    beside = f"p50 {age.span(p50)} · p95 {age.span(p95)}" + ("  longer than usual" if long else "")
    yield joined((label, (Span(beside, "job-stuck" if long else "quiet"),)))
