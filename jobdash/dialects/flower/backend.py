"""What the result backend said, kept for the listing, which tells only the events."""

from jobdash.client.dialect import Ask, Request, quote_id
from jobdash.dialects._reading import one
from jobdash.dialects.flower.wire import Result, Task
from jobdash.model.errors import NotFound, Rejected, ServerFault
from jobdash.model.job import Json
from jobdash.model.state import State

READY = {
    "SUCCESS": State.COMPLETED,
    "IGNORED": State.COMPLETED,
    "FAILURE": State.FAILED,
    "REJECTED": State.FAILED,
    "REVOKED": State.CANCELLED,
    "ABORTED": State.CANCELLED,
}
"""States after which nothing happens any more; the backend's word for one of them wins over the events."""

MOST_KEPT = 10_000


async def asked(ask: Ask, id: str) -> tuple[Result | None, Json]:
    """What the backend says of one task; None where there is no backend."""
    try:
        body = (await ask(Request(path=f"api/task/result/{quote_id(id)}"))).body
    except (NotFound, ServerFault, Rejected):
        return None, None
    return one(Result, body), body


class Backend:
    """The last words of the backend that differ from the events, each until the next event of its task."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[str | None, Result]] = {}

    def take(self, id: str, task: Task, result: Result | None) -> Result | None:
        """Notes what was just said of a task; the same, when nothing will happen to it any more."""
        ready = result if result is not None and result.state in READY else None
        if ready is not None and ready.state != task.state:
            self._said[id] = (task.mark, ready)
            while len(self._said) > MOST_KEPT:
                self._said.pop(next(iter(self._said)))
        else:
            self._said.pop(id, None)
        return ready

    def of(self, id: str, task: Task) -> Result | None:
        kept = self._said.get(id)
        return kept[1] if kept and kept[0] == task.mark else None
