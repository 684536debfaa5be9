"""The book of all jobs: the single truth about their states. It decides nothing, it only keeps.

Readers need no lock: records are frozen and replaced whole. Writers hold `lock`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from jobdash.demo.jobs import Job

KEPT_PER_FACE = 400
"""Finished jobs beyond this many leave the book, the oldest first."""


class JobBook:
    """Jobs by id. `on_change` hears every visible change, under the lock: it must be quick."""

    def __init__(self, clock: Callable[[], float], on_change: Callable[[Job], None]) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self._on_change = on_change
        self._jobs: dict[str, Job] = {}

    def find(self, job_id: str) -> Job | None:
        """The job as it is now, or None."""
        return self._jobs.get(job_id)

    def all(self) -> list[Job]:
        """Every job, oldest first."""
        return list(self._jobs.values())

    def of_face(self, face: str) -> list[Job]:
        """The jobs of one face, oldest first."""
        return [job for job in self.all() if job.order.face == face]

    def in_queue(self, queue: str) -> list[Job]:
        """The jobs of one queue in every state, oldest first."""
        return [job for job in self.all() if job.order.queue == queue]

    def add(self, job: Job) -> None:
        """Enter a new job."""
        with self.lock:
            self._jobs[job.id] = job
            self._on_change(job)

    def change(self, job: Job, **changes: Any) -> Job:
        """Replace fields of a job that is in the book; stamps `updated_at` and the next version."""
        with self.lock:
            now = self.clock()
            changed = replace(job, updated_at=now, heartbeat_at=now, version=self._jobs[job.id].version + 1, **changes)
            self._jobs[job.id] = changed
            self._on_change(changed)
            return changed

    def beat(self, job: Job) -> None:
        """A sign of life that changes nothing a person sees."""
        with self.lock:
            self._jobs[job.id] = replace(job, heartbeat_at=self.clock())

    def forget(self, job: Job) -> None:
        """Take a job out; watchers hear of it and find it gone."""
        with self.lock:
            self._jobs.pop(job.id, None)
            self._on_change(job)

    def overflow(self, face: str) -> Iterator[Job]:
        """The finished jobs of a face that are one too many, oldest first."""
        finished = [job for job in self.of_face(face) if job.finished]
        finished.sort(key=lambda job: job.finished_at or 0.0)
        yield from finished[: max(0, len(finished) - KEPT_PER_FACE)]
