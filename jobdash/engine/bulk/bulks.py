"""The bulks of this run of jobdash: planned, begun, looked at, stopped, and tried again for those that failed."""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence

from jobdash.engine.bulk.pace import Pace
from jobdash.engine.bulk.plan import Plan, plan
from jobdash.engine.bulk.result import End
from jobdash.engine.bulk.run import Perform, Run, Wait
from jobdash.engine.clock import Clock
from jobdash.engine.journal import Journal, JournalError, aside
from jobdash.model.command import Action, Command
from jobdash.model.job import Job, JobKey

LAST_MOMENT = 1.0
"""Seconds that are left to what is under way when jobdash is closed."""


class Bulks:
    """`requests` is how many requests a second each server takes; `news` is called when there is something to see.

    `wait` says for how many seconds a server asks to be left alone.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        job: Callable[[JobKey], Job | None],
        refusal: Callable[[Action, JobKey], str | None],
        request: Callable[[Command], str | None],
        perform: Perform,
        news: Callable[[], None],
        requests: Mapping[str, float],
        journal: Journal | None = None,
        pace: Pace | None = None,
        wait: Wait = lambda server: 0.0,
    ) -> None:
        self.pace = pace or Pace()
        self.runs: list[Run] = []
        self._clock = clock
        self._job = job
        self._refusal = refusal
        self._request = request
        self._perform = perform
        self._news = news
        self._requests = requests
        self._journal = journal
        self._wait = wait
        self._tasks: set[asyncio.Task[None]] = set()

    async def plan(self, action: Action, keys: Sequence[JobKey]) -> Plan:
        """What would be done with these jobs. Nothing is sent."""
        return await plan(action, keys, job=self._job, refusal=self._refusal, request=self._request)

    def rate(self, server: str) -> float:
        """Jobs a second on a server."""
        return self.pace.within(self._requests[server])

    def pace_of(self, server: str) -> str:
        """The same in words, with what holds it back."""
        return self.pace.told(self._requests[server])

    async def start(self, plan: Plan, reason: str | None = None) -> Run:
        """Begins. Raises JournalError when it could not be written down, and then nothing is sent."""
        run = Run(secrets.token_hex(4), plan, self._perform, self._clock, self._news, reason=reason, wait=self._wait)
        if self._journal is not None:
            counts = {"jobs": run.total, "left out": plan.left_out}
            await aside(self._journal.bulk, run.id, plan.action, "bulk begins", reason, counts)
        self.runs.append(run)
        task = asyncio.create_task(self._carry_out(run), name=f"bulk {run.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return run

    @property
    def running(self) -> Run | None:
        """The newest one that has not ended."""
        return next((run for run in reversed(self.runs) if run.ended_at is None), None)

    async def again(self, run: Run) -> Plan:
        """A plan for the jobs of a run that failed, each as it is now; those of which nothing is known are left out."""
        return await self.plan(run.plan.action, [result.command.key for result in run.results.of(End.FAILED)])

    async def close(self) -> None:
        """Stops every bulk: nothing is sent any more, and what is under way has a moment to be told of."""
        for run in self.runs:
            run.stop("jobdash was closed")
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_MOMENT)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry_out(self, run: Run) -> None:
        try:
            await run.run({server: (self.pace, self.rate(server)) for server in run.plan.by_server})
        except Exception as error:  # noqa: BLE001 - told in the bulk: a fault of ours must not look like a success
            run.why = f"internal error: {error!r}"
        finally:
            await self._ended(run)

    async def _ended(self, run: Run) -> None:
        if self._journal is None:
            return
        counts = {end.value: count for end, count in run.results.counts.items()}
        try:
            phase = f"bulk ended: {run.why or 'to its end'}"
            await aside(self._journal.bulk, run.id, run.plan.action, phase, run.reason, counts)
        except JournalError as error:
            run.why = f"{run.why or 'ended'}; {error}"
