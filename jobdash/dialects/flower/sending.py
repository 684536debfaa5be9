"""New tasks through Flower: by the form, and as the repetition of one that has ended."""

from collections.abc import Mapping

from jobdash.client.dialect import Ask, NewJob, Request, quote_id
from jobdash.dialects._reading import one, table
from jobdash.dialects.flower.literals import argument
from jobdash.dialects.flower.wire import Task
from jobdash.model.errors import NotFound, Rejected
from jobdash.model.form import Field, FieldType, Form
from jobdash.model.job import Json

FORM = Form(
    name="task",
    title="Send a task",
    fields=(
        Field(name="task", required=True, help="its name, such as shop.tasks.resize"),
        Field(name="args", type=FieldType.LIST, default=[]),
        Field(name="kwargs", type=FieldType.JSON, default={}),
        Field(name="queue", help="where its routing does not say"),
        Field(name="countdown", type=FieldType.NUMBER, help="seconds until it may begin"),
        Field(name="expires", type=FieldType.NUMBER, help="seconds after which it is not begun any more"),
        Field(name="priority", type=FieldType.INT),
    ),
)


class Sender:
    """Sends tasks, and remembers which one was sent again as which."""

    def __init__(self) -> None:
        self._reborn: dict[str, str] = {}

    def links(self, id: str) -> dict[str, Json]:
        """The task that this one was sent again as, and the one that it repeats."""
        return {
            "restarted as": self._reborn.get(id),
            "restart of": next((old for old, new in self._reborn.items() if new == id), None),
        }

    async def again(self, ask: Ask, id: str) -> str:
        """Sends a task with the same arguments as before, under a new id. Raises Rejected when that is impossible."""
        answer = await ask(Request(path=f"api/task/info/{quote_id(id)}"))
        task = one(Task, table(answer.body, answer.url))
        if task is None or not task.name:
            raise Rejected("Flower does not say the name of this task, so it cannot be sent again")
        order: dict[str, Json] = {"args": argument(task.args, list), "kwargs": argument(task.kwargs, dict)}
        if queue := _queue(task):
            order["queue"] = queue
        order["parent_id"] = id  # so that Flower, too, names each in the other's details
        new = await _sent(ask, _request(task.name, order))
        self._reborn[id] = new
        return NewJob(f"sent again as {new}", new)

    async def new(self, ask: Ask, values: Mapping[str, Json]) -> tuple[str, str]:
        """A task by the form; its id and Flower's word."""
        id = await _sent(ask, request_for(values))
        return id, "Flower sent it"


def like(task: Task) -> dict[str, Json]:
    """What the form would hold for another such task. Flower tells no `countdown`, and its `expires` is a moment."""
    return {
        "task": task.name,
        "args": _written(task.args, list),
        "kwargs": _written(task.kwargs, dict),
        "queue": _queue(task),
        "countdown": None,
        "expires": None,
        "priority": None,
    }


def _written(text: str | None, kind: type) -> Json:
    """Arguments as JSON; those that cannot be read back stay as they are, with a word that no form takes for JSON."""
    try:
        return argument(text, kind)
    except Rejected:
        return f"{text} (a Python repr)" if text else None


def _queue(task: Task) -> str | None:
    return task.routing_key if task.routing_key and not task.exchange else None


def request_for(values: Mapping[str, Json]) -> Request:
    """The request that a filled form means. Raises ConfigError."""
    order = FORM.checked(values)
    return _request(str(order.pop("task")), order)


def _request(name: str, order: Mapping[str, Json]) -> Request:
    return Request(path=f"api/task/async-apply/{quote_id(name)}", method="POST", json=dict(order), changes=True)


async def _sent(ask: Ask, request: Request) -> str:
    """The id of the new task."""
    try:
        answer = await ask(request)
    except NotFound:  # this Flower has not the task's source; the workers have
        path = request.path.replace("/async-apply/", "/send-task/", 1)
        answer = await ask(Request(path=path, method="POST", json=request.json, changes=True))
    new = answer.body.get("task-id") if isinstance(answer.body, dict) else None
    if not isinstance(new, str) or not new:
        raise Rejected("Flower answered without the id of a new task")
    return new
