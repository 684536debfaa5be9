"""The attempts of a job: how each went, the traceback of the last, and what two errors differ in."""

from collections.abc import Iterator, Sequence
from difflib import unified_diff

from jobdash.engine.histories import Turn
from jobdash.model.state import State
from jobdash.tui.presentation import age, trace
from jobdash.tui.presentation.age import Moment
from jobdash.tui.presentation.detail import LONG_TEXT, Subject, sectioned
from jobdash.tui.presentation.safe import lines_of, one_line, wrap
from jobdash.tui.presentation.spans import Line, Span, joined
from jobdash.tui.presentation.states import STATES

COMPARED = 60


def lines(subject: Subject, moment: Moment, width: int) -> list[Line]:
    """The whole tab, top to bottom."""
    sections = (
        _summary(subject),
        _seen(subject, moment, width),
        _error(subject, width),
        _difference(subject, width),
        _traceback(subject, width),
    )
    return sectioned(sections, width)


def _summary(subject: Subject) -> Iterator[Line]:
    job = subject.job
    if job.attempts is None:
        yield (Span(f"{one_line(job.server)} does not count attempts", "quiet"),)
        return
    of = f" of {job.max_attempts}" if job.max_attempts is not None else ""
    yield (Span(f"attempt {job.attempts}{of}", "heading"),)


def _seen(subject: Subject, moment: Moment, width: int) -> Iterator[Line]:
    """The attempts that were looked on at: how long each took, who worked on it, and how it went."""
    for number, (begin, end) in enumerate(_attempts(subject.turns), 1):
        stop = end.at if end is not None else moment.now
        glyph, word, style = STATES[end.state if end is not None else begin.state]
        parts: list[Line] = [
            (Span(f"{begin.attempt if begin.attempt is not None else number:>3}  ", "quiet"),),
            (Span(f"{glyph} {word}", style),),
            (Span(age.span(stop - begin.at)),),
            (Span(one_line(begin.worker or (end.worker if end else None) or ""), "quiet"),),
        ]
        error = end.error if end is not None else None
        yield joined([*parts, (Span(one_line((error or "")[:LONG_TEXT]), "quiet"),)])


def _attempts(turns: Sequence[Turn]) -> Iterator[tuple[Turn, Turn | None]]:
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


def _difference(subject: Subject, width: int) -> Iterator[Line]:
    """What the last two errors that were seen differ in, line by line; nothing when they are the same."""
    errors = [turn.error for turn in subject.turns if turn.error]
    later = errors[-1] if errors else None
    earlier = next((error for error in reversed(errors) if error != later), None)
    if earlier is None or later is None:
        return
    yield (Span("what the last two errors differ in", "heading"),)
    before, after = lines_of(earlier[:LONG_TEXT], COMPARED), lines_of(later[:LONG_TEXT], COMPARED)
    for line in unified_diff(before, after, lineterm="", n=1):
        if not line.startswith(("---", "+++", "@@")):
            style = "job-completed" if line.startswith("+") else "job-failed" if line.startswith("-") else "quiet"
            yield from ((Span(text, style),) for text in wrap(line, width, 4))


def _error(subject: Subject, width: int) -> Iterator[Line]:
    style = "job-failed" if subject.job.state is State.FAILED else ""
    for part in lines_of((subject.job.error or "")[:LONG_TEXT], 12) if subject.job.error else ():
        for text in wrap(part, width, 12):
            yield (Span(text, style),)


def _traceback(subject: Subject, width: int) -> Iterator[Line]:
    known = subject.detail.detail if subject.detail else None
    if known is not None and known.traceback:
        yield from trace.lines(known.traceback, width)
