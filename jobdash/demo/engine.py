"""The engine: everything people, faces and the producer may ask of the jobs. Work itself is `workplace`.

A command takes effect at once in the book; the worker that has the job in hand notices between two slices.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from jobdash.demo import queues
from jobdash.demo.book import JobBook
from jobdash.demo.errors import UnknownJob, UnknownKind, WrongState
from jobdash.demo.gates import Mode
from jobdash.demo.jobs import WAITING, Job, Order, State
from jobdash.demo.work.kinds import KINDS
from jobdash.demo.work.wait_for_lock import LOCK
from jobdash.demo.workers import Worker, hire
from jobdash.demo.workplace import Workplace

STUCK_AFTER = 5.0
"""Seconds without a heartbeat, at pace 1, after which a running job counts as stuck."""


class Engine:
    """Commands and questions. `new_id` makes ids; `on_submit` hears of every new job."""

    def __init__(
        self,
        book: JobBook,
        workplace: Workplace,
        new_id: Callable[[str], str],
        on_submit: Callable[[Job], None],
    ) -> None:
        self.book = book
        self.workplace = workplace
        self._new_id = new_id
        self._on_submit = on_submit
        self._stuck_after = max(1.5, STUCK_AFTER / workplace.pace)
        self._workers: list[Worker] = hire(workplace)

    def start(self) -> None:
        """Start the workers."""
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        """Send the workers home and wait a moment for those in the middle of a slice."""
        self.workplace.close()
        for worker in self._workers:
            if worker.is_alive():
                worker.join(timeout=0.04)

    def submit(self, order: Order, gate: Mode = Mode.OPEN) -> Job:
        """Enter a new job; UnknownKind when nobody knows how to do it."""
        if order.kind not in KINDS:
            raise UnknownKind(order.kind)
        now = self.book.clock()
        job = Job(self._new_id(order.face), order, State.PENDING, created_at=now, updated_at=now)
        if order.delay > 0:
            step = f"Scheduled, starts in {order.delay:.0f} s"
            job = replace(job, state=State.SCHEDULED, ready_at=now + order.delay, step=step)
        with self.book.lock:
            self.workplace.gate(job.id).mode = gate
            self.book.add(job)
        self._on_submit(job)
        self.workplace.ring(order.queue)
        return job

    def get(self, job_id: str, face: str | None = None) -> Job:
        """The job as it is now; UnknownJob when there is none (or it belongs to another face)."""
        job = self.book.find(job_id)
        if job is None or face not in (None, job.order.face):
            raise UnknownJob(job_id)
        return job

    def is_stuck(self, job: Job) -> bool:
        """True when a worker has the job but has given no sign of life for too long."""
        silent_for = self.book.clock() - job.heartbeat_at
        return job.state is State.RUNNING and silent_for > self._stuck_after

    def pause(self, job: Job) -> Job:
        """Pause a waiting or running job; a running one keeps what it has done."""
        return self._move(job, {*WAITING, State.RUNNING}, "paused", state=State.PAUSED, worker=None)

    def resume(self, job: Job) -> Job:
        """Let a paused job wait for a worker again, ahead of younger ones."""
        return self._move(job, {State.PAUSED}, "resumed", state=State.PENDING, ready_at=0.0)

    def cancel(self, job: Job) -> Job:
        """End a job that has not ended."""
        allowed = {*WAITING, State.RUNNING, State.PAUSED}
        now = self.book.clock()
        job = self._move(job, allowed, "cancelled", state=State.CANCELLED, finished_at=now)
        self._drop_run(job)
        return job

    def restart(self, job: Job) -> Job:
        """Put a failed or cancelled job back into its queue under its old id, as if it were new."""
        return self._move(
            job,
            {State.FAILED, State.CANCELLED},
            "restarted",
            state=State.PENDING,
            step="Waiting for a worker",
            started_at=None,
            finished_at=None,
            ready_at=0.0,
            attempts=0,
            done=0,
            worker=None,
            error=None,
            traceback=None,
        )

    def remove(self, job: Job) -> None:
        """Take a job and its files away for good."""
        with self.book.lock:
            self._drop_run(job)
            self.book.forget(job)
            self.workplace.gates.pop(job.id, None)
        self.workplace.ring(job.order.queue)
        self.workplace.results.remove(job.id)

    def tidy(self, face: str) -> None:
        """Remove the finished jobs that are one too many."""
        for job in list(self.book.overflow(face)):
            self.remove(job)

    def expire_files(self) -> None:
        """Remove the result files whose time is over; the jobs stay and say so."""
        results, now = self.workplace.results, self.book.clock()
        for job in self.book.all():
            if job.finished_at is not None and now - job.finished_at > results.retention:
                results.remove(job.id)

    def set_gate(self, job: Job, mode: Mode) -> None:
        """Move a job's gate. Opening it also gives a lock free that the job waits for."""
        with self.book.lock:
            self.workplace.gate(job.id).mode = mode
        if mode in (Mode.OPEN, Mode.HURRIED):
            lock = self.workplace.results.find(job.id, LOCK)
            if lock is not None:
                with suppress(FileNotFoundError):
                    lock.unlink()
        self.workplace.ring(job.order.queue)

    def step(self, job: Job, slices: int) -> None:
        """Let so many slices of a held job pass."""
        with self.book.lock:
            self.workplace.gate(job.id).steps += slices
        self.workplace.ring(job.order.queue)

    def place(self, job: Job) -> tuple[int, int] | None:
        """Queue position (1 is next) and estimated wait in seconds, None for a job that does not wait."""
        jobs = self.book.in_queue(job.order.queue)
        position = queues.position(jobs, job.id, self.book.clock())
        if position is None:
            return None
        workers = queues.queue_named(job.order.queue).workers
        return position, queues.estimated_wait(jobs, position, workers)

    def _move(self, job: Job, allowed: set[State], asked: str, **changes: object) -> Job:
        with self.book.lock:
            current = self.get(job.id)
            if current.state not in allowed:
                raise WrongState(current, asked)
            changed = self.book.change(current, **changes)
        self.workplace.ring(job.order.queue)
        return changed

    def _drop_run(self, job: Job) -> None:
        with self.book.lock:
            run = self.workplace.runs.pop(job.id, None)
            if run is not None and not run.busy:
                run.close()
