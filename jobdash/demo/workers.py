"""The workers: threads that take jobs and advance them slice by slice. They decide nothing."""

from __future__ import annotations

import threading

from jobdash.demo.queues import QUEUES
from jobdash.demo.workplace import Workplace


class Worker(threading.Thread):
    """One worker of one queue. A daemon thread: it never keeps the process alive."""

    def __init__(self, name: str, queue: str, workplace: Workplace) -> None:
        super().__init__(name=name, daemon=True)
        self._queue = queue
        self._workplace = workplace

    def run(self) -> None:
        """Work until the workplace closes."""
        workplace, queue = self._workplace, self._queue
        while (run := workplace.take(queue, self.name)) is not None:
            while workplace.may_proceed(run, queue) and workplace.report(run, run.proceed()):
                workplace.rest(run, queue)
            workplace.put_down(run, queue)


def hire(workplace: Workplace) -> list[Worker]:
    """All workers of all queues, not yet started."""
    return [
        Worker(f"{queue.name}-{number}", queue.name, workplace)
        for queue in QUEUES
        for number in range(1, queue.workers + 1)
    ]
