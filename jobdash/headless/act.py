"""`pause`, `resume`, `cancel`, `restart`, `delete`: carries out a plan job by job and tells what became of each."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field

from jobdash.engine.clock import Clock, SystemClock
from jobdash.engine.friction import Friction, friction
from jobdash.headless.codes import ENDED_BADLY, UNREACHABLE, code_of
from jobdash.headless.out import Out
from jobdash.headless.plain import plain
from jobdash.headless.plan import Plan, Step
from jobdash.model.command import Command, Outcome, Phase
from jobdash.model.errors import ConfigError

AT_ONCE = 4
"""Commands under way at a time; the proof of one may take a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """`rate` is commands a second at most; `confirm` asks, and raises ConfigError where nobody can answer."""

    confirm: Callable[[str, Friction], Awaitable[bool]] | None = None
    dry_run: bool = False
    reason: str | None = None
    rate: float | None = None
    json: bool = False


async def act(plan: Plan, out: Out, how: How, clock: Clock | None = None) -> int:
    """Tells what cannot be done, asks, does the rest. The exit code says whether all of it was done."""
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
    elif todo:
        asked = friction((step.server.care for step in todo), len(todo))
        if asked.reason and not how.reason:
            raise ConfigError(f"{plan.sentence}: that is production; say why with --reason. Nothing was sent")
        if how.confirm is not None and not await how.confirm(f"{plan.sentence}?", asked):
            out.note("nothing was sent")
            return ENDED_BADLY
        await run.carry_out()
    return run.code


@dataclass(slots=True)
class Run:
    """A plan on its way. `codes` has the exit code that each job, and each server that was not read, means."""

    plan: Plan
    out: Out
    how: How
    clock: Clock
    codes: list[int] = field(default_factory=list)
    phases: Counter[Phase] = field(default_factory=Counter)
    begun: int = 0

    @property
    def code(self) -> int:
        """0 when all was done, what went wrong when that was the same for all, else 1: refused in part."""
        if not any(self.codes):
            return 0
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
        """Sends the commands, several at once, and says at the end how many ended how, also when interrupted."""
        todo = iter(self.plan.eligible)
        turn = asyncio.Lock()
        try:
            await asyncio.gather(*(self._work(todo, turn) for _ in range(AT_ONCE)))
        finally:
            self._sum_up()

    async def _work(self, todo: Iterator[Step], turn: asyncio.Lock) -> None:
        while True:
            async with turn:
                step = next(todo, None)
                if step is None:
                    return
                if self.how.rate is not None and self.begun:
                    await self.clock.sleep(1 / self.how.rate)
                self.begun += 1
            outcome = await self._one(step)
            self.tell(step, outcome.phase, outcome.message, outcome.status)
            self.phases[outcome.phase] += 1
            self.codes.append(CODES.get(outcome.phase, ENDED_BADLY))

    async def _one(self, step: Step) -> Outcome:
        if step.job is None:
            raise AssertionError("only jobs that were read are eligible")
        command = Command(
            key=step.job.key,
            action=self.plan.action,
            seen_native_state=step.job.native_state,
            seen_attempts=step.job.attempts,
            reason=self.how.reason,
        )
        last = Outcome(command=command, phase=Phase.REQUESTED, message="requested")
        async with aclosing(step.server.carry_out(command)) as outcomes:
            async for outcome in outcomes:
                last = outcome
        return last

    def _sum_up(self) -> None:
        total, known = len(self.plan.eligible), self.phases.total()
        if total == 1 and known == 1:
            return
        parts = [f"{count} {phase}" for phase, count in self.phases.items()]
        parts += [f"{self.begun - known} begun, and not known how it ended"] if self.begun > known else []
        parts += [f"{total - self.begun} not begun"] if total > self.begun else []
        self.out.note(f"{self.plan.action}: {', '.join(parts)}")

    def tell(self, step: Step, phase: str, message: str, status: int | None = None) -> None:
        """One line of data about one job."""
        action = str(self.plan.action)
        if self.how.json:
            server, _, id = step.name.partition("/")
            said = {"server": server, "id": id, "action": action, "phase": str(phase)}
            self.out.json({**said, "message": message or None, "status": status})
        else:
            state = plain(step.job.native_state) if step.job is not None else ""
            words = plain(message) or f"it is {state}"
            self.out.line(f"{plain(step.name)} {action} {phase}: {words}")


CODES = {Phase.CONFIRMED: 0, Phase.FAILED: UNREACHABLE}
"""What an outcome means for the exit code; anything else was not done as it was asked."""
