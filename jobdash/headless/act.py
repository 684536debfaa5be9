"""`pause`, `resume`, `cancel`, `restart`, `delete`: carries out a plan as the screen does, and tells the end."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from jobdash.engine.bulk.bulks import Bulks
from jobdash.engine.bulk.pace import Pace
from jobdash.engine.bulk.result import End, Result
from jobdash.engine.bulk.run import Run as BulkRun
from jobdash.engine.clock import Clock, SystemClock
from jobdash.engine.dispatch import Veto
from jobdash.engine.journal import Journal
from jobdash.headless.codes import ENDED_BADLY, UNREACHABLE, code_of
from jobdash.headless.consent import Consent
from jobdash.headless.out import CannotWrite, Out, Unread
from jobdash.headless.plain import plain
from jobdash.headless.plan import Plan, Step
from jobdash.model.command import Command, Outcome, Phase
from jobdash.model.job import JobKey


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """`pace` is how several jobs go, `requests` how many requests a second each server takes; `journal` opens the log.

    Where the log cannot be written, nothing is sent.
    """

    consent: Consent = field(default_factory=Consent)
    dry_run: bool = False
    pace: Pace = field(default_factory=Pace)
    requests: Callable[[str], float] = lambda server: float("inf")
    journal: Callable[[], Journal] | None = None
    json: bool = False


async def act(plan: Plan, out: Out, how: How, clock: Clock | None = None) -> int:
    """Tells what cannot be done, asks, does the rest. The exit code says whether all of it was done.

    Raises CannotWrite at its end, when it could not tell all of that.
    """
    run = Run(plan, out, how, clock or SystemClock())
    for step in plan.steps:
        run.refuse(step)
    for name, error in plan.failed:
        out.trouble(name, error)
        run.codes.append(code_of(error))
    todo = plan.eligible
    if not plan.steps and not plan.failed:
        out.note("no job matches: nothing was sent")
    if how.dry_run:
        for step in todo:
            run.tell(step, "would be asked", "")
    elif todo and run.unread is not None:
        out.note(f"nothing was sent: {run.unread}")
    elif todo:
        if not await how.consent.given(plan.sentence, (step.server.care for step in todo), len(todo), out):
            return ENDED_BADLY
        await run.carry_out()
    if isinstance(run.unread, CannotWrite):
        raise run.unread
    return run.code


@dataclass(slots=True)
class Run:
    """A plan on its way. `codes` has the exit code that each job, and each server that was not read, means.

    `unread` says why nobody hears of results any more: then nothing more is sent, and the end is told all the same.
    """

    plan: Plan
    out: Out
    how: How
    clock: Clock
    codes: list[int] = field(default_factory=list)
    outcomes: dict[JobKey, Outcome] = field(default_factory=dict)
    left: int = 0
    unread: Unread | None = None

    @property
    def code(self) -> int:
        """0 when all was done, what went wrong when that was the same for all, else 1: refused in part."""
        if not any(self.codes):
            return ENDED_BADLY if self.left else 0
        return self.codes[0] if len(set(self.codes)) == 1 else ENDED_BADLY

    def refuse(self, step: Step) -> None:
        """Tells of a job for which nothing will be sent."""
        if step.error is not None:
            self.tell(step, Phase.FAILED, f"not sent: {step.error}")
            self.codes.append(code_of(step.error))
        elif step.refusal is not None:
            self.tell(step, Phase.REFUSED, f"not sent: {step.refusal}")
            self.codes.append(ENDED_BADLY)

    async def carry_out(self) -> None:
        """One job at once; several as a bulk: a canary first, then at a pace; it stops when that goes wrong."""
        steps = {step.job.key: step for step in self.plan.eligible if step.job is not None}
        news = asyncio.Event()
        bulks = self._bulks(steps, news)
        plan = await bulks.plan(self.plan.action, list(steps))
        if len(plan.commands) == 1:
            command = replace(plan.commands[0], reason=self.how.consent.reason)
            self._result(steps, Result.of(await self._perform(steps, command, lambda: None)))
            return
        self.out.note(_pace(bulks, list(plan.by_server), len(plan.commands)))
        run = await bulks.start(plan, self.how.consent.reason)
        told = 0
        try:
            while run.ended_at is None:
                await news.wait()
                news.clear()
                told = self._results(steps, run, told)
                if self.unread is not None:
                    run.stop(str(self.unread))
        finally:
            await bulks.close()
            self._results(steps, run, told)
            self._sum_up(run)

    def _bulks(self, steps: Mapping[JobKey, Step], news: asyncio.Event) -> Bulks:
        async def perform(command: Command, veto: Veto) -> Outcome:
            return await self._perform(steps, command, veto)

        servers = {step.server.name: step.server for step in steps.values()}
        return Bulks(
            clock=self.clock,
            job=lambda key: steps[key].job,
            refusal=lambda action, key: steps[key].refusal,
            request=lambda command: None,
            perform=perform,
            news=news.set,
            requests={name: self.how.requests(name) for name in servers},
            journal=self.how.journal() if self.how.journal is not None else None,
            pace=self.how.pace,
            wait=lambda name: servers[name].patience,
        )

    async def _perform(self, steps: Mapping[JobKey, Step], command: Command, veto: Veto) -> Outcome:
        last = Outcome(command=command, phase=Phase.REQUESTED, message="requested")
        async with aclosing(steps[command.key].server.carry_out(command, veto)) as outcomes:
            async for outcome in outcomes:
                last = outcome
        self.outcomes[command.key] = last
        return last

    def _results(self, steps: Mapping[JobKey, Step], run: BulkRun, told: int) -> int:
        """Tells of the results that are new; how many have been told by now."""
        for result in run.results.after(told):
            self._result(steps, result)
        return len(run.results)

    def _result(self, steps: Mapping[JobKey, Step], result: Result) -> None:
        key = result.command.key
        ended = self.outcomes.get(key)
        phase = result.end.value if ended is None or result.end is End.LEFT else ended.phase.value
        self.tell(steps[key], phase, result.message, result.status)
        if result.end is End.LEFT:
            self.left += 1
        else:
            self.codes.append(CODES.get(result.end, ENDED_BADLY))

    def _sum_up(self, run: BulkRun) -> None:
        counts = ", ".join(f"{run.results.counts[end]} {end}" for end in End if run.results.counts[end])
        why = f"; stopped: {run.why}" if run.why is not None else ""
        self.out.note(f"{self.plan.action}: {counts}{why}")

    def tell(self, step: Step, phase: str, message: str, status: int | None = None) -> None:
        """One line of data about one job, as long as somebody reads."""
        if self.unread is None:
            try:
                self._line(step, phase, message, status)
            except Unread as gone:
                self.unread = gone

    def _line(self, step: Step, phase: str, message: str, status: int | None) -> None:
        action = str(self.plan.action)
        if self.how.json:
            server, _, id = step.name.partition("/")
            said = {"server": server, "id": id, "action": action, "phase": str(phase)}
            self.out.json({**said, "message": message or None, "status": status})
        else:
            state = plain(step.job.native_state) if step.job is not None else ""
            words = plain(message) or f"it is {state}"
            self.out.line(f"{plain(step.name)} {action} {phase}: {words}")


CODES = {End.DONE: 0, End.FAILED: UNREACHABLE}
"""What an end means for the exit code; anything else was not done as it was asked."""


def _pace(bulks: Bulks, servers: Sequence[str], jobs: int) -> str:
    paces = ", ".join(f"{bulks.pace_of(name)} on {name}" for name in servers)
    canary = bulks.pace.canary
    return paces + (f", {canary} first as a canary" if 0 < canary < jobs else "")
