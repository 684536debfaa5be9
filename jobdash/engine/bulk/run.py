"""A plan on its way: a canary first, then at a pace, each job by the one path for every change; it can be stopped."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace

from jobdash.engine.budget import Budget, Want
from jobdash.engine.bulk.pace import Pace
from jobdash.engine.bulk.plan import Plan
from jobdash.engine.bulk.result import End, Result, Results
from jobdash.engine.clock import Clock
from jobdash.engine.dispatch import Veto
from jobdash.model.command import Command, Outcome, Phase
from jobdash.model.job import JobKey

Perform = Callable[[Command, Veto], Awaitable[Outcome]]

Wait = Callable[[str], float]
"""For how many seconds this server asks to be left alone; 0 when it does not."""

LOOK_AGAIN = 1.0
"""Seconds after which a bulk that waits for a server looks whether it was stopped."""

THROTTLED = 429
BREATHER = 5.0
"""Seconds in which a server that said 429 is asked for no other job."""


class Run:
    """`why` says why it stopped before its end; `news` is called whenever `results` has grown or it has ended."""

    def __init__(
        self,
        id: str,
        plan: Plan,
        perform: Perform,
        clock: Clock,
        news: Callable[[], None],
        *,
        reason: str | None = None,
        wait: Wait = lambda server: 0.0,
    ) -> None:
        self.id = id
        self.plan = plan
        self.reason = reason
        self.results = Results()
        self.began_at = clock.now()
        self.ended_at: float | None = None
        self.why: str | None = None
        self._perform = perform
        self._clock = clock
        self._news = news
        self._wait = wait
        self._in_a_row = 0
        self._working: dict[JobKey, Command] = {}
        self._idle: set[asyncio.Task[None]] = set()

    @property
    def total(self) -> int:
        return len(self.plan.commands)

    @property
    def under_way(self) -> int:
        """Jobs that were begun and have no result yet."""
        return len(self._working)

    @property
    def failed(self) -> int:
        return self.results.counts[End.FAILED]

    def stop(self, why: str = "stopped by hand") -> None:
        """Nothing is sent any more. What was sent already is followed to its end."""
        if self.why is None and self.ended_at is None:
            self.why = why
            for task in self._idle:
                task.cancel()
            self._news()

    async def run(self, paces: dict[str, tuple[Pace, float]]) -> None:
        """Carries the plan out; `paces` says for each server how, and how many jobs a second."""
        commands = [replace(command, reason=self.reason, bulk=self.id) for command in self.plan.commands]
        try:
            async with asyncio.TaskGroup() as group:
                for server in self.plan.by_server:
                    mine = [command for command in commands if command.key.server == server]
                    group.create_task(self._on_server(mine, *paces[server]))
        finally:
            self._close(commands)

    def _close(self, commands: Sequence[Command]) -> None:
        """A result for every job that has none yet."""
        why = self.why or "the bulk was ended"
        for command in self._working.values():
            self.results.add(Result(command, End.UNKNOWN, f"{why} while it was under way; look at the job"))
        told = {result.command.key for result in self.results}
        for command in commands:
            if command.key not in told:
                self.results.add(Result(command, End.LEFT, f"not sent: {why}"))
        self._working.clear()
        self.ended_at = self._clock.now()
        self._news()

    async def _on_server(self, commands: Sequence[Command], pace: Pace, rate: float) -> None:
        budget = Budget(self._clock, rate=rate, burst=1, at_once=pace.at_once)
        first, rest = commands[: pace.canary], commands[pace.canary :]
        server = commands[0].key.server
        await self._workers(server, iter(first), min(pace.at_once, max(1, len(first))), budget, pace)
        mine = (result for result in self.results if result.command.key.server == server)
        if rest and (bad := next((result for result in mine if result.bad), None)) is not None:
            self.stop(f"the canary did not go well: {bad.command.key}: {bad.message}")
        await self._workers(server, iter(rest), min(pace.at_once, len(rest)), budget, pace)

    async def _workers(self, server: str, todo: Iterator[Command], count: int, budget: Budget, pace: Pace) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(count):
                group.create_task(self._work(server, todo, budget, pace))

    async def _work(self, server: str, todo: Iterator[Command], budget: Budget, pace: Pace) -> None:
        while self.why is None:
            self._rests()
            async with budget.slot(Want.CURSOR):
                await self._patient(server)
                self._works()
                command = next(todo, None) if self.why is None else None
                if command is None:
                    return
                self._working[command.key] = command
                result = await self._one(command)
            self._take(result, pace)
            if result.status == THROTTLED:
                self._rests()
                await self._clock.sleep(BREATHER)

    def _rests(self) -> None:
        """The task that waits for its turn has nothing to lose: a stop ends it."""
        if (task := asyncio.current_task()) is not None:
            self._idle.add(task)

    def _works(self) -> None:
        if (task := asyncio.current_task()) is not None:
            self._idle.discard(task)

    async def _patient(self, server: str) -> None:
        """Waits while the server asks to be left alone, unless the bulk is stopped meanwhile."""
        while self.why is None and (wait := self._wait(server)) > 0:
            await self._clock.sleep(min(wait, LOOK_AGAIN))

    async def _one(self, command: Command) -> Result:
        stopped = False

        def veto() -> str | None:
            nonlocal stopped
            stopped = self.why is not None
            return self.why

        outcome = await self._perform(command, veto)
        while outcome.phase is Phase.REFUSED and outcome.status is None and self._wait(command.key.server) > 0:
            await self._patient(command.key.server)
            outcome = await self._perform(command, veto)
        result = Result.of(outcome)
        return replace(result, end=End.LEFT) if stopped else result

    def _take(self, result: Result, pace: Pace) -> None:
        del self._working[result.command.key]
        self.results.add(result)
        self._in_a_row = self._in_a_row + 1 if result.end in (End.FAILED, End.UNKNOWN) else 0
        if self._in_a_row >= pace.patience:
            self.stop(f"{self._in_a_row} in a row did not go well, the last: {result.message}")
        self._news()
