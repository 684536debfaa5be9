"""New jobs through bull-board, by the form."""

from collections.abc import Mapping

from jobdash.client.dialect import Ask, Request, quote_id
from jobdash.dialects._reading import one, table
from jobdash.dialects.bullboard.names import name_of
from jobdash.dialects.bullboard.wire import BullJob
from jobdash.model.errors import BadAnswer
from jobdash.model.form import Field, FieldType, Form
from jobdash.model.job import Json

OPTIONS = ("jobId", "delay", "attempts", "priority")

FORM = Form(
    name="job",
    title="Add a job",
    fields=(
        Field(name="queue", required=True),
        Field(name="name", required=True, help="which of the queue's kinds of work"),
        Field(name="data", type=FieldType.JSON, default={}),
        Field(name="delay", type=FieldType.INT, help="milliseconds until it may begin"),
        Field(name="attempts", type=FieldType.INT, help="how often it may be begun"),
        Field(name="priority", type=FieldType.INT, help="1 is the most urgent"),
        Field(name="jobId", help="an id of your own; one that is taken adds nothing"),
    ),
)


def request_for(values: Mapping[str, Json]) -> Request:
    """The request that a filled form means. Raises ConfigError."""
    checked = FORM.checked(values)
    options = {name: checked[name] for name in OPTIONS if name in checked}
    order = {"name": checked["name"], "data": checked["data"], "options": options}
    return Request(path=f"api/queues/{quote_id(str(checked['queue']))}/add", method="POST", json=order, changes=True)


async def added(ask: Ask, values: Mapping[str, Json]) -> tuple[str, str]:
    """The name of the new job here, and what to say."""
    answer = await ask(request_for(values))
    job = one(BullJob, table(answer.body, answer.url).get("job"))
    if job is None or not isinstance(job.id, str | int) or job.id == "":
        raise BadAnswer(f"{answer.url}: no id of the new job")
    queue = str(FORM.checked(values)["queue"])
    return name_of(queue, job.id), f"added to {queue}"
