"""What a confirm dialog says: what will be asked, of which job, as the person saw it, and the two answers."""

from dataclasses import dataclass

from jobdash.engine.friction import NO_FRICTION, Friction, friction
from jobdash.engine.monitor import ServerView
from jobdash.model.care import NO_CARE
from jobdash.model.command import Action
from jobdash.model.job import Job
from jobdash.tui.presentation.safe import fit, one_line, wrap
from jobdash.tui.presentation.spans import EMPTY, Line, Span
from jobdash.tui.presentation.states import look

SAFE_ANSWERS = {
    Action.PAUSE: "Leave it as it is",
    Action.RESUME: "Leave it as it is",
    Action.CANCEL: "Keep the job",
    Action.RESTART: "Leave it as it is",
    Action.DELETE: "Keep the job",
}


@dataclass(frozen=True, slots=True)
class Question:
    """`lines` are folded to the width that was asked for; `safe` is the answer that changes nothing."""

    title: str
    lines: tuple[Line, ...]
    safe: str
    act: str
    friction: Friction = NO_FRICTION
    production: bool = False


def question(action: Action, job: Job, server: ServerView | None, request: str | None, width: int) -> Question:
    """The words for one action on one job; frozen here, whatever the screen behind shows later.

    `request` is what will be sent, as `POST /path`, where that is known.
    """
    verb = action.value.capitalize()
    glyph, word, style = look(job)
    attempt = f", attempt {job.attempts}" if job.attempts is not None else ""
    of = f" of {job.max_attempts}" if job.attempts is not None and job.max_attempts is not None else ""
    lines: list[Line] = [(Span(text, "bold"),) for text in wrap(one_line(job.id[:400]), width, 3)]
    if named := one_line(job.type or job.label or ""):
        lines.append((Span(fit(named, width)),))
    lines.append((Span("seen as ", "quiet"), Span(f"{glyph} {word}", style), Span(attempt + of, "quiet")))
    lines.append(EMPTY)
    lines.extend((Span(text, "quiet"),) for text in wrap(_sends(action, job, server, request), width, 4))
    if server is not None and (rule := server.capabilities.actions.get(action)) and rule.note:
        lines.extend((Span(text),) for text in wrap(one_line(rule.note), width, 3))
    care = server.care if server is not None else NO_CARE
    where = f"{one_line(job.server)} (PRODUCTION)" if care.production else one_line(job.server)
    title = fit(f"{verb} this job on {where}?", width)
    return Question(title, tuple(lines), SAFE_ANSWERS[action], f"{verb} the job", friction((care,), 1), care.production)


def _sends(action: Action, job: Job, server: ServerView | None, request: str | None) -> str:
    to = f"{one_line(server.name)} ({one_line(server.url)})" if server is not None else one_line(job.server)
    what = one_line(request[:400]) if request else f"one {action.value} for this job"
    return f"sends {what} to {to}, unless the job has changed by then"
