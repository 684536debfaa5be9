"""New flow runs of a deployment, by the form."""

import re
from collections.abc import Mapping

from jobdash.client.dialect import Ask, Request, quote_id
from jobdash.dialects._reading import one, table
from jobdash.dialects.prefect.api import Api
from jobdash.dialects.prefect.wire import Named, Run
from jobdash.model.errors import BadAnswer, ConfigError, NotFound, Rejected
from jobdash.model.form import Field, FieldType, Form
from jobdash.model.job import Json

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)

FORM = Form(
    name="run",
    title="Run a deployment",
    fields=(
        Field(name="deployment", required=True, help="flow/deployment, or the deployment's id"),
        Field(name="parameters", type=FieldType.JSON, default={}),
        Field(name="name", help="without it Prefect thinks of one"),
        Field(name="tags", type=FieldType.LIST),
    ),
)


def request_for(api: Api, values: Mapping[str, Json]) -> Request:
    """The request that a filled form means; a deployment's name stands where its id will. Raises ConfigError."""
    deployment, order = _read(values)
    return _request(api, deployment if ID.fullmatch(deployment) else f"(id of {deployment})", order)


async def created(ask: Ask, api: Api, values: Mapping[str, Json]) -> tuple[str, str]:
    """The id of the new run, and what to say."""
    deployment, order = _read(values)
    id = deployment if ID.fullmatch(deployment) else await _id_of(ask, api, deployment)
    answer = await ask(_request(api, id, order))
    run = one(Run, table(answer.body, answer.url)) or Run()
    if not run.id:
        raise BadAnswer(f"{answer.url}: no id of the new run")
    return run.id, f"created the run {run.name or run.id} of {deployment}"


def _read(values: Mapping[str, Json]) -> tuple[str, dict[str, Json]]:
    """The deployment and what its run is given. Raises ConfigError."""
    order = FORM.checked(values)
    deployment = str(order.pop("deployment"))
    if not ID.fullmatch(deployment):
        _names(deployment)
    if not all(isinstance(tag, str) for tag in order.get("tags", ())):
        raise ConfigError("tags must be a list of texts")
    return deployment, order


def _request(api: Api, id: str, order: dict[str, Json]) -> Request:
    return Request(path=api.path(f"deployments/{id}/create_flow_run"), method="POST", json=order, changes=True)


async def _id_of(ask: Ask, api: Api, deployment: str) -> str:
    flow, name = _names(deployment)
    try:
        answer = await ask(Request(path=api.path(f"deployments/name/{quote_id(flow)}/{quote_id(name)}")))
    except NotFound:
        raise Rejected(f"there is no deployment {deployment}", status=404) from None
    found = one(Named, answer.body) or Named()
    if not found.id or not ID.fullmatch(found.id):
        raise BadAnswer(f"{answer.url}: a deployment without an id")
    return found.id


def _names(deployment: str) -> tuple[str, str]:
    """The flow and the deployment. Raises ConfigError."""
    flow, slash, name = deployment.rpartition("/")
    if not slash or not flow or not name:
        raise ConfigError("deployment must be flow/deployment, or an id")
    return flow, name
