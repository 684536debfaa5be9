"""The commands under way: one at a time for each job, each told step by step. What a step is: `dispatch.py`."""

import asyncio
from collections.abc import Callable, Mapping

from jobdash.client.link_contract import Link
from jobdash.engine.clock import Clock
from jobdash.engine.dispatch import Door, Step, Veto, carry_out
from jobdash.engine.journal import Journal
from jobdash.engine.known import Known
from jobdash.model.care import NO_CARE, Care
from jobdash.model.command import Action, Command, Outcome, Phase
from jobdash.model.errors import JobdashError
from jobdash.model.job import JobKey

Tell = Callable[[Outcome], object]


class Commands:
    """Carries out commands in tasks of their own. `outcomes` holds the last one of each job.

    `settled` is called with a job when all is known of its command that will be; `doors` is how each server is asked.
    """

    def __init__(
        self,
        known: Known,
        clock: Clock,
        links: Mapping[str, Link],
        settled: Callable[[JobKey], None],
        *,
        journal: Journal | None = None,
        cares: Mapping[str, Care] | None = None,
        doors: Mapping[str, Door] | None = None,
    ) -> None:
        self._known = known
        self._clock = clock
        self._links = links
        self._settled = settled
        self._journal = journal
        self._cares = cares or {}
        self._doors = doors or {}
        self._tasks: dict[JobKey, asyncio.Task[Outcome]] = {}
        self.outcomes: dict[JobKey, Outcome] = {}

    def under_way(self, key: JobKey) -> bool:
        """True while a command on this job is not settled."""
        return key in self._tasks

    def submit(self, command: Command) -> None:
        """Begins to carry out a command, unless it cannot even be begun; every step is told to the person."""
        begun = self._begin(command, self._known.gather.outcome)
        if isinstance(begun, Outcome):
            self._known.gather.outcome(begun)

    def refusal(self, action: Action, key: JobKey) -> str | None:
        """Why this action cannot be asked for now, in one sentence; None when it can."""
        job, link = self._known.job(key), self._links.get(key.server)
        if job is None or link is None:
            return f"job {key} is not known"
        if self._known.is_gone(key):
            return f"{key.server} no longer has this job"
        if self.under_way(key):
            return f"{self.outcomes[key].command.action} is still under way for this job"
        care = self._cares.get(key.server, NO_CARE)
        why = care.refusal(key.server) or link.dialect.capabilities.refusal(action, job)
        return why or (self._doors[key.server].patience if key.server in self._doors else None)

    def preview(self, command: Command) -> str | None:
        """What will be sent, as `POST /path`; None when the server's kind cannot tell beforehand."""
        try:
            request = self._links[command.key.server].dialect.request_of(command)
        except (KeyError, JobdashError):
            return None
        return f"{request.method} {request.path}"

    async def perform(self, command: Command, veto: Veto) -> Outcome:
        """Like `submit`, for one of many: its steps are told on the job alone, and its end is given back."""
        begun = self._begin(command, lambda outcome: self._known.gather.job(outcome.command.key, rows=False), veto)
        return begun if isinstance(begun, Outcome) else await begun

    def _begin(self, command: Command, tell: Tell, veto: Veto = lambda: None) -> "asyncio.Task[Outcome] | Outcome":
        """The task of a command, or its outcome where it cannot even be begun."""
        link = self._links.get(command.key.server)
        if link is None:
            message = f"not sent: no server is called {command.key.server}"
            refused = self.outcomes[command.key] = Outcome(command=command, phase=Phase.REFUSED, message=message)
            return refused
        if self.under_way(command.key):
            message = f"not sent: {self.outcomes[command.key].command.action} is still under way for this job"
            return Outcome(command=command, phase=Phase.REFUSED, message=message)
        self._record(Outcome(command=command, phase=Phase.REQUESTED, message=f"{command.action} requested"), tell)
        task = asyncio.create_task(self._carry_out(link, command, tell, veto), name=f"{command.action} {command.key}")
        self._tasks[command.key] = task
        return task

    async def close(self) -> None:
        """Gives up waiting for what is under way; nothing is sent any more."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def forget(self, key: JobKey) -> None:
        """The job is no longer known here."""
        if not self.under_way(key):
            self.outcomes.pop(key, None)

    async def _carry_out(self, link: Link, command: Command, tell: Tell, veto: Veto) -> Outcome:
        try:
            care = self._cares.get(command.key.server, NO_CARE)
            door = self._doors.get(command.key.server)
            async for step in carry_out(link, command, self._clock, self._journal, care=care, veto=veto, door=door):
                self._take(command, step, tell)
        except Exception as error:  # noqa: BLE001 - told on the job: a fault of ours must not look like a success
            message = f"internal error: {error!r}; look at the job before you try again"
            self._record(Outcome(command=command, phase=Phase.UNKNOWN, message=message), tell)
        finally:
            del self._tasks[command.key]
            self._settled(command.key)
        return self.outcomes[command.key]

    def _take(self, command: Command, step: Step, tell: Tell) -> None:
        if step.report is not None:
            self._known.report(step.report, asked_at=step.asked_at)
        if step.gone:
            self._known.gone(command.key)
        self._record(step.outcome, tell)

    def _record(self, outcome: Outcome, tell: Tell) -> None:
        if self.outcomes.get(outcome.command.key) != outcome:
            self.outcomes.pop(outcome.command.key, None)
            self.outcomes[outcome.command.key] = outcome
            tell(outcome)
