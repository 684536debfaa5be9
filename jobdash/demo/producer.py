"""The producer: gives the demo its first jobs and, if wished, new ones for as long as it lives.

It also is the colleague who pauses a job now and then, and who resumes it later. All waiting is divided
by the pace; all choices come from one seeded source.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from random import Random

from jobdash.demo.engine import Engine
from jobdash.demo.errors import UnknownJob, WrongState
from jobdash.demo.gates import Mode
from jobdash.demo.jobs import WAITING, Job, State
from jobdash.demo.recipes import FACES, order_for, quick_order, stuck_order

MOST_WAITING = 8
"""A face with so many waiting jobs gets no new ones for now."""


class Producer:
    """Orders work from the engine."""

    def __init__(self, engine: Engine, random: Random) -> None:
        self._engine = engine
        self._random = random

    def open_the_day(self, jobs: int) -> None:
        """So many jobs for each face: half are done at once, for a history, the rest is today's work."""
        for face in FACES:
            for number in range(jobs // 2):
                good = number % 6 != 1
                self._engine.submit(quick_order(face, self._random, good=good), Mode.HURRIED)
            today = [order_for(face, self._random) for _ in range(jobs - jobs // 2)]
            if face == "jobstatus" and today:
                today[0] = stuck_order(face)
            submitted = [self._engine.submit(order) for order in today]
            if face == "jobstatus" and len(submitted) > 1:
                self._engine.pause(submitted[-1])

    async def work(self) -> None:
        """New jobs every one to four seconds, a pause or a lock now and then."""
        while True:
            await self._sleep(1, 4)
            face = self._random.choice(FACES)
            jobs = self._engine.book.of_face(face)
            if sum(job.state in WAITING for job in jobs) < MOST_WAITING:
                self._engine.submit(order_for(face, self._random))
            if face == "jobstatus":
                self._look_after(jobs)

    def _look_after(self, jobs: list[Job]) -> None:
        """Keep about one job paused and one stuck where the API can show it."""
        running = [job for job in jobs if job.state is State.RUNNING]
        paused = [job for job in jobs if job.state is State.PAUSED]
        chance = self._random.random()
        with suppress(UnknownJob, WrongState):  # it may just have ended
            if chance < 0.25 and running and not paused:
                self._engine.pause(self._random.choice(running))
            elif chance < 0.5 and paused:
                self._engine.resume(paused[0])
            elif chance < 0.6 and not any(job.order.kind == "wait-for-lock" for job in running):
                self._engine.submit(stuck_order("jobstatus"))

    async def _sleep(self, shortest: float, longest: float) -> None:
        await asyncio.sleep(self._random.uniform(shortest, longest) / self._engine.workplace.pace)
