"""The one path by which a wish becomes a change on a server: re-read, send once, wait for the proof."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from jobdash.client.dialect import Answer, Ask, NewJob, Request
from jobdash.client.link_contract import Link
from jobdash.engine.clock import Clock
from jobdash.engine.journal import NOT_SENT, Journal, JournalError, aside
from jobdash.engine.straight import Straight
from jobdash.model.care import NO_CARE, Care
from jobdash.model.command import Action, ActionRule, Command, Outcome, Phase
from jobdash.model.errors import (
    JobdashError,
    NotFound,
    NotSupported,
    Rejected,
    ServerError,
    Throttled,
    Unauthorised,
    Unreachable,
)
from jobdash.model.job import Job
from jobdash.model.report import JobReport

CONFIRM_WITHIN = 30.0
"""Seconds that a server has to show by a job's own state that it did what it accepted."""

LOOK_AFTER = (0.2, 0.5, 1.0, 2.0)
"""Pauses between the readings that look for the proof, in seconds; the last one repeats."""


T = TypeVar("T")

Veto = Callable[[], str | None]
"""Why nothing may be sent any more, in one sentence; None while it may. Asked once more just before the request."""


class Door(Protocol):
    """How a server is asked for a person who acts: not at all, but with Throttled, while it asks for patience.

    `patience` says until when that is, in a sentence; None when it is not so.
    """

    @property
    def patience(self) -> str | None: ...

    async def read_for_command(self, id: str) -> JobReport:
        """Reads one job by its id; raises a ServerError."""

    async def for_command(self, question: Callable[[], Awaitable[T]]) -> T:
        """Asks anything else, a change above all; what `question` raises, this raises."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a command's way: what is known of it now, and the job if it was read on the way, and asked when."""

    outcome: Outcome
    report: JobReport | None = None
    gone: bool = False
    asked_at: float | None = None


async def carry_out(
    link: Link,
    command: Command,
    clock: Clock,
    journal: Journal | None = None,
    *,
    care: Care = NO_CARE,
    veto: Veto = lambda: None,
    door: Door | None = None,
) -> AsyncIterator[Step]:
    """Carries out one command and tells each step. A command is sent at most once, whatever happens.

    The journal has a line before anything is sent, and one for each step after it; without the first, nothing is sent.
    To a server that is read-only nothing is sent at all, not even a question. `door` is how the server is asked;
    without it, at once.
    """
    watched = Way(link, command, clock, door or Straight(link))
    async for step in _steps(watched, journal, lambda: care.refusal(link.name) or veto()):
        yield step if journal is None else await _noted(journal, step)


@dataclass(frozen=True, slots=True)
class Way:
    """A command on its way, and how its server is asked."""

    link: Link
    command: Command
    clock: Clock
    door: Door

    @property
    def rule(self) -> ActionRule:
        return self.link.dialect.capabilities.actions.get(self.command.action, ActionRule())


async def _noted(journal: Journal, step: Step) -> Step:
    """The same step, once it stands in the journal; where that failed, the person is told with it."""
    if step.outcome.phase is Phase.REQUESTED:
        return step
    with suppress(JournalError):
        await aside(journal.outcome, step.outcome)
    if journal.problem is not None and journal.problem not in step.outcome.message:
        return replace(step, outcome=replace(step.outcome, message=f"{step.outcome.message}; but {journal.problem}"))
    return step


async def _steps(way: Way, journal: Journal | None, veto: Veto) -> AsyncIterator[Step]:
    link, command, clock = way.link, way.command, way.clock
    asked_at = clock.monotonic()

    def step(phase: Phase, message: str, *, status: int | None = None, report: JobReport | None = None) -> Step:
        outcome = Outcome(command=command, phase=phase, message=message, status=status)
        return Step(outcome, report, asked_at=asked_at)

    yield step(Phase.REQUESTED, f"{command.action} requested")
    if (objection := veto()) is not None:
        yield step(Phase.REFUSED, f"{NOT_SENT}{objection}")
        return
    try:
        seen = await way.door.read_for_command(command.key.id)
    except NotFound as error:
        yield Step(
            Outcome(command=command, phase=Phase.REFUSED, message=f"{NOT_SENT}{error}", status=error.status), gone=True
        )
        return
    except Throttled as error:
        yield step(Phase.REFUSED, f"{NOT_SENT}{error}", status=error.status)
        return
    except (ServerError, NotSupported) as error:
        yield step(Phase.FAILED, f"not sent, because the job could not be read first: {error}")
        return
    objection = _objection(link, command, seen.job) or veto()
    if objection is not None:
        yield step(Phase.REFUSED, f"{NOT_SENT}{objection}", report=seen)
        return
    asking = _Asking(link.ask)

    async def sending() -> str:
        await _announce(journal, command)
        if (objection := veto()) is not None:
            raise _Withheld(objection)
        return await link.dialect.send(asking, command)

    try:
        words = await way.door.for_command(sending)
    except JournalError as error:
        yield step(Phase.FAILED, f"{NOT_SENT}{error}", report=seen)
        return
    except (Rejected, NotFound, Unauthorised, Throttled, NotSupported, _Withheld) as error:
        told = str(error) if asking.begun else f"{NOT_SENT}{error}"
        yield step(Phase.REFUSED, told, status=getattr(error, "status", None), report=seen)
        return
    except Unreachable as error:
        if not error.sent:
            yield step(Phase.FAILED, f"{NOT_SENT}{error}")
            return
        yield await _after_silence(way, error, seen.job)
        return
    except ServerError as error:
        yield await _after_silence(way, error, seen.job)
        return
    yield step(Phase.ACCEPTED, words, status=asking.status, report=seen)
    async for proof in _proof(way, words, seen.job):
        yield proof


async def _announce(journal: Journal | None, command: Command) -> None:
    """The line before the request. Raises JournalError, and then nothing may be sent."""
    if journal is not None:
        await aside(journal.sending, command)


class _Withheld(JobdashError):
    """There was an objection at the last moment; the message says which."""


class _Asking:
    """Asks as before, and remembers whether it was asked at all, and the HTTP status of the last answer."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.begun = False
        self.status: int | None = None

    async def __call__(self, request: Request) -> Answer:
        self.begun = True
        answer = await self._ask(request)
        self.status = answer.status
        return answer


def _objection(link: Link, command: Command, job: Job) -> str | None:
    """Why the job is no longer what the person saw when they asked."""
    if job.native_state != command.seen_native_state:
        return f"the job is {job.native_state} now, it was {command.seen_native_state} when you asked"
    if command.seen_attempts is not None and job.attempts != command.seen_attempts:
        return f"the job is in attempt {job.attempts} now, it was in {command.seen_attempts} when you asked"
    return link.dialect.capabilities.refusal(command.action, job)


async def _proof(way: Way, words: str, before: Job) -> AsyncIterator[Step]:
    """Reads the job until its own state shows the change, or the time for that is over.

    A command that was carried out as a new job is proved by that job being there.
    """
    command, clock, rule = way.command, way.clock, way.rule
    id = words.id if isinstance(words, NewJob) else command.key.id
    began = clock.monotonic()
    look = 0
    while clock.monotonic() - began < CONFIRM_WITHIN:
        await clock.sleep(LOOK_AFTER[min(look, len(LOOK_AFTER) - 1)])
        look += 1
        asked_at = clock.monotonic()
        try:
            report = await way.door.read_for_command(id)
        except NotFound:
            if id != command.key.id:
                continue
            if rule.gone_confirms:
                message = f"{words}; the server no longer has the job"
                yield Step(Outcome(command=command, phase=Phase.CONFIRMED, message=message), gone=True)
                return
            message = f"{words}, but the server no longer has the job"
            yield Step(Outcome(command=command, phase=Phase.UNKNOWN, message=message), gone=True)
            return
        except Throttled as error:
            await clock.sleep(min(error.retry_after or 0.0, CONFIRM_WITHIN))
            continue
        except ServerError:
            continue
        if id != command.key.id or _shows(report.job, rule, command, before):
            message = f"{words}; the job is {report.job.native_state}"
            yield Step(Outcome(command=command, phase=Phase.CONFIRMED, message=message), report, asked_at=asked_at)
            return
    message = f"{words}, but no confirmation after {CONFIRM_WITHIN:.0f} s"
    yield Step(Outcome(command=command, phase=Phase.UNCONFIRMED, message=message))


def _shows(job: Job, rule: ActionRule, command: Command, before: Job) -> bool:
    if command.action is Action.RESTART and _ran_again(job, before):
        return True
    if rule.confirmed_by:
        return job.state in rule.confirmed_by
    return job.native_state != command.seen_native_state


def _ran_again(job: Job, before: Job) -> bool:
    """A job that failed again at once looks like before, but for its attempts and its times."""
    if None not in (job.attempts, before.attempts) and job.attempts != before.attempts:
        return True
    times = (
        (job.started_at, before.started_at),
        (job.finished_at, before.finished_at),
        (job.updated_at, before.updated_at),
    )
    return any(now is not None and then is not None and now > then for now, then in times)


async def _after_silence(way: Way, error: ServerError, before: Job) -> Step:
    """The command may or may not have arrived: the job is read, and the person told what is known."""
    command, asked_at = way.command, way.clock.monotonic()
    try:
        report = await way.door.read_for_command(command.key.id)
    except NotFound:
        message = f"{error}; whether it was done is not known, but the server no longer has the job"
        return Step(Outcome(command=command, phase=Phase.UNKNOWN, message=message), gone=True)
    except ServerError as second:
        message = f"{error}; whether it was done is not known, and the job cannot be read: {second}"
        return Step(Outcome(command=command, phase=Phase.UNKNOWN, message=message, status=error.status))
    if _shows(report.job, way.rule, command, before):
        message = f"{error}; yet the job is {report.job.native_state} now"
        return Step(
            Outcome(command=command, phase=Phase.CONFIRMED, message=message, status=error.status),
            report,
            asked_at=asked_at,
        )
    message = f"{error}; the job is still {report.job.native_state}, it was not sent again"
    return Step(
        Outcome(command=command, phase=Phase.UNKNOWN, message=message, status=error.status), report, asked_at=asked_at
    )
