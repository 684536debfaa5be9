"""Where workers and jobs meet: taking the next job, passing its gate, entering its reports in the book.

Everything here is called by worker threads and holds the book's lock; what people may ask for is `engine`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from jobdash.demo import queues, stamps
from jobdash.demo.book import JobBook
from jobdash.demo.gates import Gate, Mode
from jobdash.demo.jobs import Job, State
from jobdash.demo.results import ResultFiles
from jobdash.demo.runs import Crash, Report, Run
from jobdash.demo.shelf import Shelf
from jobdash.demo.work.kinds import KINDS
from jobdash.demo.work.task import Result, Slice, Task

SLICE_REST = 0.4
"""Seconds a worker rests after each slice at pace 1: the demo is a guest on its machine."""

RETRY_BACKOFF = 2.0
"""Seconds before the second attempt at pace 1, doubling with each further one."""

KEPT_LOG_LINES = 200


class Workplace:
    """The shared state of all workers. `pace` divides every rest and back-off."""

    def __init__(
        self,
        book: JobBook,
        shelf: Shelf,
        results: ResultFiles,
        pace: float,
        on_finish: Callable[[Job], None],
    ) -> None:
        self.book = book
        self.results = results
        self.pace = pace
        self.gates: dict[str, Gate] = {}
        self.runs: dict[str, Run] = {}
        self._shelf = shelf
        self._on_finish = on_finish
        self._bells = {queue.name: threading.Condition(book.lock) for queue in queues.QUEUES}
        self._closed = False

    def ring(self, queue: str) -> None:
        """Wake a queue's workers: a job came, a gate moved, a job was taken away."""
        with self._bells[queue]:
            self._bells[queue].notify_all()

    def close(self) -> None:
        """Send every worker home at its next look up."""
        self._closed = True
        for queue in self._bells:
            self.ring(queue)

    def gate(self, job_id: str) -> Gate:
        """The job's gate, open unless somebody moved it."""
        return self.gates.setdefault(job_id, Gate())

    def take(self, queue: str, worker: str) -> Run | None:
        """Wait for a job of this queue and take it in hand; None when the workplace closes."""
        bell = self._bells[queue]
        with bell:
            while not self._closed:
                now = self.book.clock()
                jobs = self.book.in_queue(queue)
                free = [job for job in jobs if job.id not in self.runs or not self.runs[job.id].busy]
                job = queues.next_due(free, now)
                if job is not None:
                    return self._begin(job, worker, now)
                bell.wait(queues.seconds_to_next(free, now))
        return None

    def may_proceed(self, run: Run, queue: str) -> bool:
        """Wait at the job's gate; False when the job was taken out of this run's hands."""
        bell = self._bells[queue]
        with bell:
            while self._owns(run):
                gate = self.gate(run.job_id)
                if not run.begun or gate.may_pass():
                    return True
                if gate.mode is Mode.HELD:
                    self.book.beat(self._job(run))
                bell.wait(0.3)
        return False

    def rest(self, run: Run, queue: str) -> None:
        """Pause between two slices, cut short when the job is taken away."""
        bell = self._bells[queue]
        with bell:
            if self.gate(run.job_id).mode is not Mode.HURRIED:
                bell.wait_for(lambda: not self._owns(run), SLICE_REST / self.pace)

    def report(self, run: Run, report: Report) -> bool:
        """Enter what a slice brought; True when the run goes on."""
        with self.book.lock:
            if not self._owns(run):
                return False
            run.heard()
            if report is None:
                return True
            if isinstance(report, Crash):
                run.task.log(report.error, "ERROR")
            job = replace(self._job(run), logs=self._logs(run), skipped=run.task.skipped)
            if isinstance(report, Slice):
                self.book.change(job, done=report.done, total=report.total, step=report.step)
                return True
            self._end(job, report)
            return False

    def put_down(self, run: Run, queue: str) -> None:
        """The worker lets go of a run: it is closed, unless the job is paused and will go on with it."""
        with self.book.lock:
            run.busy = False
            if self.runs.get(run.job_id) is not run:
                run.close()
            self.ring(queue)

    def _begin(self, job: Job, worker: str, now: float) -> Run:
        run = self.runs.get(job.id)
        attempts = job.attempts
        if run is None:
            folder = self.results.fresh_folder(job.id)
            task = Task(job.order.params, self._shelf, folder, self.book.clock)
            run = self.runs[job.id] = Run(job.id, task, KINDS[job.order.kind](task))
            attempts += 1
            task.log(f"attempt {attempts} of {job.order.max_attempts} on {worker}")
        run.busy = True
        self.book.change(job, state=State.RUNNING, worker=worker, attempts=attempts, started_at=job.started_at or now)
        return run

    def _end(self, job: Job, report: Result | Crash) -> None:
        now = self.book.clock()
        del self.runs[job.id]
        if isinstance(report, Result):
            self._finish(
                job,
                state=State.COMPLETED,
                done=job.total,
                step="Job completed successfully",
                result=report.facts,
                files=report.files,
            )
        elif report.retriable and job.attempts < job.order.max_attempts:
            wait = RETRY_BACKOFF * 2 ** (job.attempts - 1) / self.pace
            step = f"Attempt {job.attempts} of {job.order.max_attempts} failed, next in {wait:.0f} s"
            self.book.change(job, state=State.RETRYING, ready_at=now + wait, step=step, done=0, worker=None)
        else:
            self._finish(job, state=State.FAILED, error=report.error, traceback=report.traceback)

    def _finish(self, job: Job, **changes: object) -> None:
        job = self.book.change(job, finished_at=self.book.clock(), **changes)
        self._on_finish(job)

    def _logs(self, run: Run) -> tuple[str, ...]:
        stamp = stamps.millis(self.book.clock())
        fresh = tuple(f"{stamp} {level:<7} {text}" for level, text in run.task.lines)
        run.task.lines.clear()
        return (self._job(run).logs + fresh)[-KEPT_LOG_LINES:]

    def _job(self, run: Run) -> Job:
        job = self.book.find(run.job_id)
        if job is None:
            raise LookupError(run.job_id)
        return job

    def _owns(self, run: Run) -> bool:
        job = self.book.find(run.job_id)
        current = self.runs.get(run.job_id) is run
        return not self._closed and current and job is not None and job.state is State.RUNNING
