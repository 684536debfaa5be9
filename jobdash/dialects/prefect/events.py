"""Prefect's events over a WebSocket: how they are asked for, and what one of them says of a run.

They tell of states only. Progress, runs that nobody takes and the rest of a run are learnt from the listing.
"""

from jobdash.client.body import read_json
from jobdash.client.dialect import Request, StreamEvent, WebSocket
from jobdash.dialects._reading import iso, one
from jobdash.dialects.prefect.api import Api
from jobdash.dialects.prefect.runs import Runs
from jobdash.dialects.prefect.states import state_of
from jobdash.dialects.prefect.wire import Event
from jobdash.model.job import Job, JobKey, Json
from jobdash.model.report import BadEvent, Heard, JobReport, Pulse
from jobdash.model.state import State

RUN = "prefect.flow-run."
LEFT_OUT = 15.0
"""Seconds between two listings for what the events leave out."""

ALL_OF_THEM: dict[str, Json] = {
    "event": {"prefix": [RUN]},
    "occurred": {"since": "2000-01-01T00:00:00Z", "until": "9999-01-01T00:00:00Z"},
}


def request(api: Api) -> Request:
    """What happened before is not asked for: the listing tells it."""
    says: tuple[dict[str, Json], ...] = (
        {"type": "auth"},
        {"type": "filter", "filter": ALL_OF_THEM, "backfill": False},
    )
    return Request(path=api.path("events/out"), socket=WebSocket(subprotocol="prefect", says=says, token="token"))


def heard(server: str, event: StreamEvent, runs: Runs) -> Heard:
    """What a message means. Never raises."""
    try:
        said = read_json(event.data)
    except ValueError:
        return BadEvent("a message of the event stream is no JSON")
    message = said if isinstance(said, dict) else {}
    if message.get("type") == "auth_success":
        return Pulse()
    told = one(Event, message.get("event"))
    if message.get("type") != "event" or told is None or told.event is None:
        return BadEvent("a message of the event stream is no event")
    return _report(server, told, runs)


def _report(server: str, event: Event, runs: Runs) -> Heard:
    resource = event.resource or {}
    id = _text(resource, "prefect.resource.id").removeprefix(RUN)
    type = _text(resource, "prefect.state-type")
    name = _text(resource, "prefect.state-name") or type
    if not id or not type:
        return Pulse()  # something about a run that is no state of it
    runs.names.met(type, name)
    state = state_of(type, name)
    at = iso(_text(resource, "prefect.state-timestamp")) or iso(event.occurred)
    count = _text(resource, "prefect.run-count")
    flow = next((_text(other, "prefect.resource.name") for other in _related(event, "flow")), "")
    job = Job(
        key=JobKey(server, id),
        state=state,
        native_state=name,
        type=flow or None,
        label=_text(resource, "prefect.resource.name") or None,
        step="asked to stop" if type == "CANCELLING" else None,
        finished_at=at if state.ended else None,
        updated_at=at,
        attempts=int(count) if count.isascii() and count.isdigit() and len(count) < 10 else None,
        error=_text(resource, "prefect.state-message") or None if state in (State.FAILED, State.RETRYING) else None,
    )
    return JobReport(job=job, partial=True, at=at)


def _related(event: Event, role: str) -> list[dict[str, Json]]:
    others = [other for other in event.related or () if isinstance(other, dict)]
    return [other for other in others if other.get("prefect.resource.role") == role]


def _text(table: dict[str, Json], key: str) -> str:
    value = table.get(key)
    return value if isinstance(value, str) else ""
