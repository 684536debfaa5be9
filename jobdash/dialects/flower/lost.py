"""Which running tasks nobody works on any more, by what Flower heard of their workers."""

from jobdash.client.dialect import Ask
from jobdash.dialects._reading import age_text, clock_text
from jobdash.dialects.flower.heartbeats import heartbeats
from jobdash.dialects.flower.wire import Seen, Task
from jobdash.model.errors import BadAnswer, NotFound, Rejected, ServerFault

LATER = 10.0
"""Seconds, or three heartbeats, after the last word of a task in which its worker's count of tasks may be older."""


class Lost:
    """What was heard of the workers last, and when each was another process.

    A worker that was killed is soon started again, often under the same name: then it sends heartbeats as before, and
    only its process id and its count of running tasks tell that the task of the one before it is lost.
    """

    def __init__(self) -> None:
        self._workers: dict[str, Seen] = {}
        self._before: dict[str, float] = {}
        self._now: float | None = None

    async def learn(self, ask: Ask) -> None:
        """Reads what Flower has heard of its workers; a Flower that does not tell leaves no evidence."""
        try:
            seen, now = await heartbeats(ask)
        except (NotFound, BadAnswer, Rejected, ServerFault):
            self._workers = {}
            return
        workers = {worker.hostname: worker for worker in seen if worker.hostname}
        for name, worker in workers.items():
            old = self._workers.get(name)
            if old and old.heartbeat and None not in (old.pid, worker.pid) and old.pid != worker.pid:
                self._before[name] = old.heartbeat
        self._workers = workers
        self._now = now

    def evidence(self, task: Task) -> str | None:
        """Why nobody works on this running task; None when somebody may."""
        worker = self._workers.get(task.worker or "")
        if worker is None:
            return None
        beat = worker.heartbeat
        if worker.status is False:
            return f"worker {worker.hostname} is gone{_since(beat, self._now)}"
        before = self._before.get(task.worker or "")
        if before is not None and task.started is not None and task.started <= before:
            return f"worker {worker.hostname} was started anew after {clock_text(before)}: the one that had it is gone"
        told = task.timestamp or task.started
        if worker.active == 0 and beat and told and beat - told > max(LATER, 3 * (worker.freq or 0)):
            return f"worker {worker.hostname} runs nothing: it was started anew, or the task raised Ignore"
        return None


def _since(beat: float | None, now: float | None) -> str:
    if beat is None:
        return ""
    age = f", heartbeat {age_text(now - beat)} old" if now is not None else ""
    return f" since {clock_text(beat)}{age}"
