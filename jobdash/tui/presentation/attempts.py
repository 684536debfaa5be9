"""The attempts of a job: how each went, the traceback of the last, and what two errors differ in."""

from collections.abc import Iterator

from jobdash.model.state import State
from jobdash.tui.presentation import trace
from jobdash.tui.presentation.age import Moment
from jobdash.tui.presentation.detail import LONG_TEXT, Subject, sectioned
from jobdash.tui.presentation.safe import lines_of, one_line, wrap
from jobdash.tui.presentation.spans import Line, Span


def lines(subject: Subject, moment: Moment, width: int) -> list[Line]:
    """The whole tab, top to bottom."""
    return sectioned((_summary(subject), _error(subject, width), _traceback(subject, width)), width)


def _summary(subject: Subject) -> Iterator[Line]:
    job = subject.job
    if job.attempts is None:
        yield (Span(f"{one_line(job.server)} does not count attempts", "quiet"),)
        return
    of = f" of {job.max_attempts}" if job.max_attempts is not None else ""
    yield (Span(f"attempt {job.attempts}{of}", "heading"),)


def _error(subject: Subject, width: int) -> Iterator[Line]:
    style = "job-failed" if subject.job.state is State.FAILED else ""
    for part in lines_of((subject.job.error or "")[:LONG_TEXT], 12) if subject.job.error else ():
        for text in wrap(part, width, 12):
            yield (Span(text, style),)


def _traceback(subject: Subject, width: int) -> Iterator[Line]:
    known = subject.detail.detail if subject.detail else None
    if known is not None and known.traceback:
        yield from trace.lines(known.traceback, width)
