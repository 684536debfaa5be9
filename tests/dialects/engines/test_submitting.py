"""New jobs of real engines: what the forms send, what is shown of it before, and what is answered."""

from typing import Any

import pytest

from jobdash.client.dialect import Dialect, Request
from jobdash.dialects.bullboard.kind import BullBoard
from jobdash.dialects.flower.kind import Flower
from jobdash.dialects.prefect.kind import Prefect
from jobdash.dialects.rq.kind import Rq
from jobdash.engine.likeness import values_like
from jobdash.model.errors import BadAnswer, ConfigError, Rejected
from tests.dialects.engines.replay import Answered, Played, Route, capture, playing

DEPLOYMENT = "ac35a460-bed6-4002-a390-843c7d129b55"
BY_NAME = "GET /api/deployments/name/add/d%2Fx"


async def submitted(played: Played, **values: Any) -> tuple[str, str]:
    dialect = played.link.dialect
    return await dialect.submit(played.link.ask, dialect.forms[0], values)


def shown(dialect: Dialect, **values: Any) -> Request:
    """What a person is shown before it is sent."""
    return dialect.request_for(dialect.forms[0], values)


async def test_a_task_is_sent_with_its_arguments() -> None:
    routes: dict[str, Route] = {"POST /api/task/async-apply/tasks.add": "async_apply_add"}
    values = {"task": "tasks.add", "args": [1, 2], "countdown": 2.5, "queue": "slow"}
    async with playing("flower", Flower("c"), routes) as played:
        id, _ = await submitted(played, **values)
        assert played.bodies() == [{"args": [1, 2], "kwargs": {}, "queue": "slow", "countdown": 2.5}]
        request = shown(Flower("c"), **values)
        assert (request.json, request.changes) == (played.bodies()[0], True)
    assert id == capture("flower", "async_apply_add")["response"]["body"]["task-id"]


async def test_a_task_whose_source_flower_does_not_have_is_sent_by_its_name() -> None:
    routes: dict[str, Route] = {
        "POST /api/task/async-apply/tasks.nope": "act_apply_unknown_task",
        "POST /api/task/send-task/tasks.nope": "act_send_task",
    }
    async with playing("flower", Flower("c"), routes) as played:
        id, _ = await submitted(played, task="tasks.nope")
        assert len(played.asked) == 2
    assert id == capture("flower", "act_send_task")["response"]["body"]["task-id"]


async def test_a_job_is_added_to_its_queue() -> None:
    routes: dict[str, Route] = {"POST /api/queues/mail%2Fout/add": "act_add"}
    values = {"queue": "mail/out", "name": "add", "data": {"x": 5}, "delay": 1000, "attempts": 3}
    async with playing("bullboard", BullBoard("b"), routes) as played:
        id, words = await submitted(played, **values)
        assert played.bodies() == [{"name": "add", "data": {"x": 5}, "options": {"delay": 1000, "attempts": 3}}]
        assert shown(BullBoard("b"), **values).path == "api/queues/mail%2Fout/add"
    assert (id, words) == ("mail%2Fout/18", "added to mail/out")


async def test_a_run_is_created_of_a_deployment_by_its_name_or_its_id() -> None:
    create = f"POST /api/deployments/{DEPLOYMENT}/create_flow_run"
    routes: dict[str, Route] = {create: "create_flow_run", BY_NAME: Answered({"id": DEPLOYMENT, "name": "d/x"})}
    async with playing("prefect", Prefect("p"), {**routes, BY_NAME.replace("d%2Fx", "d"): routes[BY_NAME]}) as played:
        for deployment in (DEPLOYMENT, "add/d"):
            id, words = await submitted(played, deployment=deployment, parameters={"x": 1}, tags=["nightly"])
            assert id == "e82f8987-429f-4dde-a53f-35d90934cca7" and words.endswith(f"pretty-teal of {deployment}")
        assert [name.partition(" ")[0] for name in played.asked] == ["POST", "GET", "POST"]
        assert played.bodies() == [{"parameters": {"x": 1}, "tags": ["nightly"]}] * 2
    assert shown(Prefect("p"), deployment=DEPLOYMENT).path == f"api/deployments/{DEPLOYMENT}/create_flow_run"
    assert shown(Prefect("p"), deployment="add/d").path == "api/deployments/(id of add/d)/create_flow_run"


async def test_a_deployment_that_is_not_there_is_named() -> None:
    async with playing("prefect", Prefect("p"), {}) as played:
        with pytest.raises(Rejected, match="there is no deployment add/nowhere"):
            await submitted(played, deployment="add/nowhere")


@pytest.mark.parametrize(
    ("kind", "engine", "values", "words"),
    [
        (Flower, "flower", {}, "task is needed"),
        (Flower, "flower", {"task": "a", "args": {"x": 1}}, "args must be a JSON list"),
        (Flower, "flower", {"task": "a", "countdown": "soon"}, "countdown must be a number"),
        (BullBoard, "bullboard", {"queue": "q"}, "name is needed"),
        (BullBoard, "bullboard", {"queue": "q", "name": "n", "attempts": 1.5}, "attempts must be a whole number"),
        (Prefect, "prefect", {"deployment": "d"}, "deployment must be flow/deployment, or an id"),
        (Prefect, "prefect", {"deployment": "a/b", "tags": [1]}, "tags must be a list of texts"),
    ],
)
async def test_what_cannot_be_sent_is_told_before(
    kind: type[Dialect], engine: str, values: dict[str, Any], words: str
) -> None:
    async with playing(engine, kind("e"), {}) as played:
        with pytest.raises(ConfigError, match=words):
            await submitted(played, **values)
        assert played.asked == []


@pytest.mark.parametrize(
    ("kind", "engine", "target", "values"),
    [
        (BullBoard, "bullboard", "POST /api/queues/q/add", {"queue": "q", "name": "n"}),
        (Prefect, "prefect", f"POST /api/deployments/{DEPLOYMENT}/create_flow_run", {"deployment": DEPLOYMENT}),
    ],
)
@pytest.mark.parametrize("body", [{}, {"job": {"id": None}}, {"id": 7}])
async def test_an_answer_without_an_id_is_no_success(
    kind: type[Dialect], engine: str, target: str, values: dict[str, Any], body: Any
) -> None:
    async with playing(engine, kind("e"), {target: Answered(body)}) as played:
        with pytest.raises(BadAnswer):
            await submitted(played, **values)


def test_rq_takes_no_jobs_over_http() -> None:
    assert not Rq("r").capabilities.submit and Rq("r").forms == ()


async def like(kind: str, dialect: Dialect, id: str, routes: dict[str, Route]) -> dict[str, str]:
    """What the form comes filled with for a job that there was; all of it is taken by the form as it stands."""
    async with playing(kind, dialect, routes) as played:
        report = await played.link.dialect.job(played.link.ask, id)
        form = played.link.dialect.forms[0]
    assert report.detail is not None
    return values_like(form, report.detail)


def read_back(dialect: Dialect, texts: dict[str, str]) -> dict[str, Any]:
    """What a person sends who changes nothing."""
    form = dialect.forms[0]
    return {field.name: field.read(texts[field.name]) for field in form.fields if field.name in texts}


async def test_a_task_like_another_has_its_name_its_arguments_and_its_queue() -> None:
    id = capture("flower", "task_info_failure")["response"]["body"]["uuid"]
    routes: dict[str, Route] = {
        f"GET /api/task/info/{id}": "task_info_failure",
        f"GET /api/task/result/{id}": "task_result_failure",
    }
    texts = await like("flower", Flower("c"), id, routes)
    assert read_back(Flower("c"), texts) == {"task": "tasks.boom", "args": [4711], "kwargs": {}, "queue": "default"}


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ("(4711, 'a')", '[4711, "a"]'),
        ("[<Order 4711>]", "[<Order 4711>] (a Python repr)"),
        ('["it\'s long..."]', '["it\'s long..."] (a Python repr)'),
    ],
)
async def test_arguments_that_cannot_be_read_back_are_not_taken_by_the_form(args: str, text: str) -> None:
    info = capture("flower", "task_info_failure")["response"]["body"]
    routes: dict[str, Route] = {
        f"GET /api/task/info/{info['uuid']}": Answered({**info, "args": args, "expires": "2026-11-22T02:47:24+00:00"}),
        f"GET /api/task/result/{info['uuid']}": "task_result_failure",
    }
    texts = await like("flower", Flower("c"), info["uuid"], routes)
    assert texts == {"task": "tasks.boom", "args": text, "kwargs": "{}", "queue": "default"}
    if "repr" in text:
        with pytest.raises(ConfigError, match="args must be a JSON list"):
            read_back(Flower("c"), texts)


async def test_a_job_like_another_has_its_options_and_an_id_of_its_own() -> None:
    told = capture("bullboard", "job_failure")["response"]["body"]
    job = {**told["job"], "opts": {"attempts": 5, "delay": 0, "jobId": "mine"}, "attempts": 2}
    routes: dict[str, Route] = {
        "GET /api/queues/mail%2Fout/mine": Answered({**told, "job": job}),
        "GET /api/queues/mail%2Fout/mine/logs": Answered([]),
        "GET /api/queues": "queues",
    }
    texts = await like("bullboard", BullBoard("b"), "mail%2Fout/mine", routes)
    values = {"queue": "mail/out", "name": "boom", "data": {"order": 4711}, "attempts": 5}
    assert read_back(BullBoard("b"), texts) == values


async def test_a_run_like_another_is_of_its_deployment_and_has_a_name_of_its_own() -> None:
    run = capture("prefect", "flow_run_failure")["response"]["body"]
    routes: dict[str, Route] = {
        f"GET /api/flow_runs/{run['id']}": Answered({**run, "parameters": {"name": "x"}, "tags": ["night"]}),
        **{f"POST /api/{kind}/filter": Answered([]) for kind in ("flows", "deployments", "artifacts", "logs")},
    }
    texts = await like("prefect", Prefect("p"), run["id"], routes)
    assert read_back(Prefect("p"), texts) == {
        "deployment": run["deployment_id"],
        "parameters": {"name": "x"},
        "tags": ["night"],
    }
