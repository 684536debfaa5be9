"""What bull-board answers, as objects. No field is needed, none is converted."""

from typing import Any

from jobdash.dialects._reading import Flag, Number, Table, Text, Texts, Things, Whole, Wire
from jobdash.dialects.bullboard.states import STATES


class Queue(Wire):
    """One queue in `GET api/queues`; `jobs` are only those of the queue and status that were asked for."""

    name: Text = None
    counts: Table = None
    jobs: Things = None
    isPaused: Flag = None
    hasWorkers: Flag = None
    readOnlyMode: Flag = None
    globalConcurrency: Whole = None
    jobSchedulerCount: Whole = None

    def count(self, status: str) -> int | None:
        found = (self.counts or {}).get(status)
        return found if type(found) is int and found >= 0 else None

    @property
    def held(self) -> list[str]:
        """The statuses in which there are jobs."""
        return [status for status in STATES if self.count(status)]


class BullJob(Wire):
    """One job. Times are milliseconds since the epoch, `stacktrace` is newest first, `attempts` those that ended."""

    id: Any = None
    name: Text = None
    data: Any = None
    opts: Table = None
    timestamp: Number = None
    processedOn: Number = None
    processedBy: Text = None
    finishedOn: Number = None
    progress: Any = None
    attempts: Whole = None
    attemptsStarted: Whole = None
    stalledCounter: Whole = None
    delay: Number = None
    priority: Whole = None
    failedReason: Text = None
    stacktrace: Texts = None
    returnValue: Any = None


class BullWorker(Wire):
    """One worker's connection in `GET api/queues/QUEUE/workers`."""

    id: Text = None
    name: Text = None
    addr: Text = None
