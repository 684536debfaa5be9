"""One job as the cells of a row. Each function makes one cell; which there are and how wide is for `columns`."""

from jobdash.engine.fields import since
from jobdash.model.job import Job
from jobdash.model.state import State
from jobdash.tui.presentation import age, bar
from jobdash.tui.presentation.age import Moment, Times
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.spans import EMPTY, Line, Span
from jobdash.tui.presentation.states import look

ATTENTION = frozenset({State.FAILED, State.STUCK})
OVER = frozenset({State.COMPLETED, State.CANCELLED})
LONGEST = 400
"""Characters of a server's text that any one cell could need; the rest is not even looked at."""


def state_cell(job: Job, moment: Moment, width: int) -> Line:
    glyph, word, style = look(job)
    return (Span(fit(f"{glyph} {word}", width), style),)


def id_cell(job: Job, moment: Moment, width: int) -> Line:
    return _text(job.id, width, "quiet" if job.state in OVER else "", keep_end=True)


def type_cell(job: Job, moment: Moment, width: int) -> Line:
    return _text(job.type or job.label or job.queue or "", width, "quiet")


def server_cell(job: Job, moment: Moment, width: int) -> Line:
    return _text(job.server, width, "quiet")


def progress_cell(job: Job, moment: Moment, width: int) -> Line:
    """A bar and its figure while there is something to tell; the place in the queue before that."""
    if job.state in (State.PENDING, State.SCHEDULED) and not job.progress:
        told = waiting(job)
        return _text(told if width >= 8 else told.split(",")[0], width, "quiet")
    if job.progress is None or job.state is State.COMPLETED:
        return EMPTY
    figure = f"{bar.percent_text(job.progress):>4}"
    if width < 10:
        return (Span(figure),)
    style = "bar-done" if job.state is State.RUNNING else "bar-still"
    return (*bar.bar(job.progress, width - 5, style), Span(" " + figure))


def waiting(job: Job, passed: float = 0.0) -> str:
    """`#5, ~30s`, as far as the server says, counted down by the seconds `passed` since it said so."""
    place = f"#{job.queue_position}" if job.queue_position is not None else ""
    wait = f"~{age.short(max(0.0, job.estimated_wait - passed))}" if job.estimated_wait is not None else ""
    return ", ".join(part for part in (place, wait) if part)


def age_cell(job: Job, moment: Moment, width: int) -> Line:
    at = since(job)
    if at is None:
        return EMPTY
    passed = moment.now - at
    told_in = age.steady if job.state.ended and passed >= 0 else age.happened_short  # what just ended is at rest
    told = told_in(passed) if moment.times is Times.RELATIVE else age.clock(at, moment)
    return (Span(fit(told, width), "quiet"),)


def try_cell(job: Job, moment: Moment, width: int) -> Line:
    if job.attempts is None:
        return EMPTY
    told = f"{job.attempts}/{job.max_attempts}" if job.max_attempts is not None else f"{job.attempts}"
    again = job.attempts > 1
    return (Span(fit(told, width), "" if again else "quiet"),)


def says_cell(job: Job, moment: Moment, width: int) -> Line:
    """The error of what went wrong, else the step of what goes on."""
    if job.error:
        return _text(job.error, width, "" if job.state in ATTENTION else "quiet")
    return _text(job.step or "", width, "quiet")


def _text(value: str, width: int, style: str = "", *, keep_end: bool = False) -> Line:
    bounded = value[-LONGEST:] if keep_end else value[:LONGEST]
    text = fit(one_line(bounded), width, "end" if keep_end else "start")
    return (Span(text, style),) if text else EMPTY
