"""jobdash's engine on a real server: wait until it shows something, wish for something and see what becomes of it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from jobdash.client.link import ServerLink
from jobdash.client.registry import Registry
from jobdash.client.settings import ServerSettings
from jobdash.dialects.mapping.load import load_mapping
from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from jobdash.model.command import Action, Command, Outcome, Phase, QueueCommand
from jobdash.model.job import Detail, Job, JobKey
from jobdash.model.queue import QueueStats
from jobdash.model.server import Delivery
from jobdash.model.state import State

LIMITS = Limits(poll=0.5, statistics=1.0, rate=50)
TRIES = 5


@dataclass(frozen=True)
class Watching:
    """One server, as jobdash sees it."""

    link: ServerLink
    monitor: Monitor

    def job(self, id: str) -> Job | None:
        return self.monitor.job(JobKey(self.link.name, id))

    async def until(self, id: str, fits: Callable[[Job], bool], seconds: float = 60) -> Job:
        """The job, once jobdash shows it so; an AssertionError with what it shows when it is too late."""
        end = time.monotonic() + seconds
        while (job := self.job(id)) is None or not fits(job):
            assert time.monotonic() < end, f"after {seconds} s: {job}\n{self.monitor.servers()[0].status}"
            await asyncio.sleep(0.1)
        return job

    async def shows(self, id: str, state: State, seconds: float = 60) -> Job:
        return await self.until(id, lambda job: job.state is state, seconds)

    async def detail(self, id: str) -> Detail:
        """The heavy part of a job, straight from the server."""
        report = await self.link.dialect.job(self.link.ask, id)
        assert report.detail is not None
        return report.detail

    async def logged(self, id: str, text: str, seconds: float = 60) -> None:
        """Waits until the job's log holds this."""
        end = time.monotonic() + seconds
        while not any(text in line.text for line in (await self.detail(id)).logs):
            assert time.monotonic() < end, f"after {seconds} s there is no {text!r}"
            await asyncio.sleep(0.5)

    async def wish(self, id: str, action: Action) -> Outcome:
        """What became of a wish in the end."""
        job = self.job(id)
        assert job is not None
        command = Command(key=job.key, action=action, seen_native_state=job.native_state, seen_attempts=job.attempts)
        self.monitor.submit(command)
        end = time.monotonic() + 60
        while True:
            outcome = self.monitor.outcome(job.key)
            if outcome is not None and outcome.command is command and outcome.phase.final:
                return outcome
            assert time.monotonic() < end, f"{action} {id}: {outcome}"
            await asyncio.sleep(0.1)

    async def confirmed(self, id: str, action: Action) -> str:
        """The words of a wish that was carried out.

        While its database is locked, as on a busy machine, Prefect answers 503 whether it did it or not. Then it is
        wished again, and refused where the job has moved on since: the tests ask the engine itself what it did.
        """
        outcome, busy = await self.wish(id, action), False
        for _ in range(TRIES):
            if outcome.status != 503:
                break
            assert "it was not sent again" in outcome.message, outcome
            outcome, busy = await self.wish(id, action), True
        if busy and outcome.phase is Phase.REFUSED:
            return outcome.message
        assert outcome.phase is Phase.CONFIRMED, outcome
        return outcome.message

    async def delivered(self, way: Delivery, seconds: float = 60) -> None:
        """Waits until news comes this way."""
        end = time.monotonic() + seconds
        while (status := self.monitor.servers()[0].status).delivery is not way:
            assert time.monotonic() < end, f"after {seconds} s: {status}"
            await asyncio.sleep(0.1)

    async def submitted(self, **values: Any) -> str:
        """The id of a new job by the first form of this kind of server."""
        id, _ = await self.link.dialect.submit(self.link.ask, self.link.dialect.forms[0], values)
        self.monitor.track(self.link.name, [id])
        return id

    async def queue(self, name: str) -> QueueStats:
        return next(queue for queue in await self.link.dialect.queues(self.link.ask) if queue.name == name)

    async def send_to_queue(self, name: str, action: Action) -> None:
        command = QueueCommand(server=self.link.name, queue=name, action=action)
        await self.link.dialect.send_to_queue(self.link.ask, command)


@asynccontextmanager
async def watching(kind: str, url: str) -> AsyncIterator[Watching]:
    """jobdash's engine with one server of a kind."""
    link = ServerLink(ServerSettings(name=kind, url=url), kind, Registry(load_mapping).make(kind, kind))
    monitor = Monitor([Watched(link=link, limits=replace(LIMITS))])
    task = asyncio.create_task(monitor.run())
    try:
        yield Watching(link, monitor)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):  # an error while closing is an error
            await task
