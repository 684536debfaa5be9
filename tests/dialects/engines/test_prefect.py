"""What Prefect was seen to answer, and what is made of it."""

import asyncio
from typing import Any

import pytest
from hypothesis import given

from jobdash.client.connection import Connection
from jobdash.client.detect import detect
from jobdash.client.dialect import Answer, DialectOptions, Request
from jobdash.client.settings import ServerSettings
from jobdash.dialects.prefect.kind import Prefect
from jobdash.model.command import Action, Command, QueueCommand
from jobdash.model.errors import NotFound, NotSupported, Rejected, ServerError, ServerFault, Unauthorised
from jobdash.model.job import Job, JobKey
from jobdash.model.state import State
from tests.dialects.engines.mutation import mutations, patient
from tests.dialects.engines.replay import Answered, Played, Route, body, playing

NOTHING = Answered([])
FILTER = "POST /api/flow_runs/filter"
EVERYTHING: dict[str, Route] = {
    "POST /api/flow_runs/count": "flow_runs_count",
    "POST /api/flows/filter": "flows_filter",
    "POST /api/artifacts/filter": "artifacts_progress",
    "POST /api/deployments/filter": "deployments_filter",
    "POST /api/logs/filter": "logs_failure",
    "POST /api/work_pools/filter": "work_pools",
    "POST /api/work_queues/filter": "work_queues",
    "POST /api/work_pools/p1/workers/filter": "work_pool_workers",
    "GET /api/work_queues/9cae499c-2280-4d9a-96f5-f7d91987feca/status": "work_queue_status",
}


def run(id: str, type: str = "COMPLETED", name: str | None = None, **more: Any) -> dict[str, Any]:
    name = name or type.capitalize()
    return {"id": id, "state_type": type, "state_name": name, "state": {"type": type, "name": name}, **more}


def detail(id: str) -> str:
    return f"GET /api/flow_runs/{id}"


async def read(name: str, **routes: Route) -> tuple[Job, Any]:
    id = body("prefect", name)["id"]
    other = {f"POST /api/{kind}/filter": route for kind, route in routes.items()}
    async with playing("prefect", Prefect("p"), {**EVERYTHING, detail(id): name, **other}) as played:
        report = await played.link.dialect.job(played.link.ask, id)
        assert len(played.asked) <= 5
        return report.job, report.detail


async def page(played: Played, cursor: str | None = None) -> dict[str, Job]:
    found = await played.link.dialect.page(played.link.ask, cursor)
    return {report.job.id: report.job for report in found.reports}


async def test_a_page_is_what_lives_and_what_ended_last() -> None:
    live = [run("a", "RUNNING", flow_id=body("prefect", "flows_filter")[0]["id"]), run("b", "SCHEDULED")]
    routes = {**EVERYTHING, FILTER: [Answered(live), Answered([run("c"), run("d", "CRASHED")])]}
    async with playing("prefect", Prefect("p"), routes) as played:
        found = await played.link.dialect.page(played.link.ask, None)
        assert len(played.asked) == 5
        first, second, *_ = played.bodies()
    assert first["limit"] == second["limit"] == 200
    assert set(first["flow_runs"]["state"]["type"]["any_"]) & set(second["flow_runs"]["state"]["type"]["any_"]) == set()
    jobs = {report.job.id: report.job for report in found.reports}
    assert (jobs["a"].type, jobs["a"].state) == ("add", State.RUNNING)
    assert [jobs[id].state for id in "bcd"] == [State.SCHEDULED, State.COMPLETED, State.FAILED]
    assert found.total == 7 and found.next is None


async def test_no_page_is_longer_than_prefect_allows_and_what_ended_long_ago_is_read_now_and_then() -> None:
    full = [run(f"live{n}", "SCHEDULED") for n in range(200)]
    done = [run(f"done{n}") for n in range(200)]
    routes = {**EVERYTHING, "POST /api/flow_runs/count": Answered(700)}
    parts: list[str | Answered] = [Answered(full), Answered(done), Answered([run("last", "PENDING")])]
    older: list[str | Answered] = [Answered([run(f"older{n}") for n in range(200)]), Answered([run("oldest")])]
    async with playing("prefect", Prefect("p"), {**routes, FILTER: [*parts, *older, *parts, *parts]}) as played:
        for _ in range(2):
            played.forget()
            seen: set[str] = set()
            cursor: str | None = None
            cursors: list[str | None] = []
            while not cursors or cursor:
                found = await played.link.dialect.page(played.link.ask, cursor)
                seen |= {report.job.id for report in found.reports}
                cursor = found.next
                cursors.append(cursor)
            assert cursors == ["live:200", "ended:200", "ended:400", None]
            assert len(seen) == 200 + 200 + 1 + 200 + 1
        assert [target for target in played.asked if "filter" in target] == [FILTER] * 3


@pytest.mark.parametrize(
    ("name", "state", "native"),
    [
        ("flow_run_success", State.COMPLETED, "Completed"),
        ("flow_run_failure", State.FAILED, "Failed"),
        ("flow_run_crashed", State.FAILED, "Crashed"),
        ("flow_run_retrying", State.RETRYING, "AwaitingRetry"),
        ("flow_run_scheduled", State.SCHEDULED, "Scheduled"),
        ("flow_run_pausing", State.PAUSED, "Paused"),
        ("flow_run_late", State.PENDING, "Late"),
    ],
)
async def test_the_state_of_a_run(name: str, state: State, native: str) -> None:
    job, _ = await read(name)
    assert (job.state, job.native_state) == (state, native)


async def test_a_failure_has_its_error_its_traceback_its_parameters_and_its_log() -> None:
    job, told = await read("flow_run_failure")
    assert job.error is not None and "card declined for order 4711" in job.error
    assert told.traceback is not None and "ValueError: card declined" in told.traceback
    assert told.data == {}
    assert [line.at for line in told.logs] == sorted(line.at for line in told.logs)
    assert {line.level for line in told.logs} == {"info", "error"}
    assert (job.attempts, job.max_attempts) == (1, 1)


async def test_a_retry_tells_when_it_is_due_and_which_attempt_it_is() -> None:
    job, _ = await read("flow_run_retrying")
    assert (job.attempts, job.max_attempts, job.step) == (2, 4, "due 2026-11-22 02:47:24Z")


async def test_each_time_that_a_run_ran_is_told_with_its_own_error_and_traceback() -> None:
    id = body("prefect", "flow_run_retrying")["id"]
    routes: dict[str, Route] = {
        **EVERYTHING,
        detail(id): "flow_run_retrying",
        "POST /api/logs/filter": "logs_retrying",
        f"GET /api/flow_run_states/?flow_run_id={id}": "flow_run_states",
    }
    async with playing("prefect", Prefect("p"), routes) as played:
        told = (await played.link.dialect.job(played.link.ask, id)).detail
    assert told is not None
    first, second, _, last = told.attempts
    assert [attempt.number for attempt in told.attempts] == [1, 2, 3, 4]
    assert first.state is last.state is State.FAILED and first.error and "upstream 503" in first.error
    assert all("ConnectionError" in (attempt.traceback or "") for attempt in (first, second))
    assert last.traceback is None
    assert first.finished_at is not None and first.started_at is not None and first.started_at < first.finished_at


async def test_a_run_whose_past_cannot_be_read_is_told_all_the_same() -> None:
    job, told = await read("flow_run_retrying")
    assert job.attempts == 2 and told.attempts == ()


async def test_progress_is_the_lowest_artifact_of_a_run_that_runs() -> None:
    told = [{"flow_run_id": "a", "data": 40}, {"flow_run_id": "a", "data": 20.5}, {"flow_run_id": "b", "data": 999}]
    live = [run("a", "RUNNING"), run("b", "RUNNING")]
    routes = {**EVERYTHING, FILTER: [Answered(live), NOTHING], "POST /api/artifacts/filter": Answered(told)}
    async with playing("prefect", Prefect("p"), routes) as played:
        jobs = await page(played)
    assert (jobs["a"].progress, jobs["b"].progress) == (20.5, None)


async def test_a_run_whose_deployment_nobody_polls_is_stuck_and_says_since_when() -> None:
    gone = {"id": "dep", "status": "NOT_READY", "last_polled": "2026-11-22T02:45:38.991394Z"}
    live = [
        run("late", "SCHEDULED", "Late", deployment_id="dep"),
        run("served", "RUNNING", deployment_id="dep"),
        run("pooled", "RUNNING", deployment_id="dep", work_pool_name="k8s"),
        run("waits", "SCHEDULED", deployment_id="dep"),
    ]
    deployments = Answered([gone], headers={"date": "Sun, 22 Nov 2026 02:50:38 GMT"})
    routes = {**EVERYTHING, FILTER: [Answered(live), NOTHING], "POST /api/deployments/filter": deployments}
    async with playing("prefect", Prefect("p"), routes) as played:
        jobs = await page(played)
    assert jobs["late"].state is jobs["served"].state is State.STUCK
    assert jobs["late"].error is not None
    assert jobs["late"].error.endswith("is gone: it last asked at 2026-11-22 02:45:38Z, 4 min ago")
    assert (jobs["pooled"].state, jobs["waits"].state) == (State.RUNNING, State.SCHEDULED)


async def test_after_the_first_reading_a_log_costs_only_what_is_new() -> None:
    line = {"level": 20, "timestamp": "2026-11-22T02:45:54.258062Z"}
    first = [{**line, "id": str(n), "message": f"{n}"} for n in range(200)]
    routes: dict[str, Route] = {
        "POST /api/logs/filter": [Answered(first), Answered([{**line, "id": "200"}]), Answered([{**line, "id": "201"}])]
    }
    async with playing("prefect", Prefect("p"), routes) as played:
        assert len(await played.link.dialect.logs(played.link.ask, "x")) == 201
        assert len(await played.link.dialect.logs(played.link.ask, "x")) == 202
        sent = played.bodies()
    assert [(wish["limit"], wish["offset"]) for wish in sent] == [(200, 0), (200, 200), (200, 0)]
    assert sent[2]["logs"]["timestamp"] == {"after_": "2026-11-22T02:45:44.258062+00:00"}


async def test_the_first_queue_is_the_whole_server_and_a_queue_of_a_paused_pool_is_paused() -> None:
    paused = [{**body("prefect", "work_pools")[0], "is_paused": True}]
    async with playing(
        "prefect", Prefect("p"), {**EVERYTHING, "POST /api/work_pools/filter": Answered(paused)}
    ) as played:
        whole, queue = await played.link.dialect.queues(played.link.ask)
        assert len(played.asked) == 5 + 1
    assert (whole.name, whole.depth, whole.running) == ("", 14, 7)
    assert (queue.name, queue.depth, queue.paused, queue.health) == ("p1/default", 0, True, "READY")


@pytest.mark.parametrize(("date", "alive"), [("03:24:20", True), ("03:26:20", False)])
async def test_a_worker_that_is_silent_is_gone_whatever_its_status_says(date: str, alive: bool) -> None:
    told = Answered(body("prefect", "work_pool_workers"), headers={"date": f"Sun, 22 Nov 2026 {date} GMT"})
    async with playing(
        "prefect", Prefect("p"), {**EVERYTHING, "POST /api/work_pools/p1/workers/filter": told}
    ) as played:
        (worker,) = await played.link.dialect.workers(played.link.ask)
    assert (worker.name, worker.queues, worker.alive) == ("wk1", ("p1",), alive)


def wish(action: Action, seen: str, id: str = "x") -> Command:
    return Command(key=JobKey("p", id), action=action, seen_native_state=seen)


@pytest.mark.parametrize(
    ("action", "seen", "path", "sent"),
    [
        (Action.CANCEL, "Running", "/set_state", {"state": {"type": "CANCELLING"}, "force": False}),
        (Action.CANCEL, "Pending", "/set_state", {"state": {"type": "CANCELLING"}, "force": False}),
        (Action.CANCEL, "Late", "/set_state", {"state": {"type": "CANCELLED"}, "force": False}),
        (Action.RESUME, "Paused", "/resume", {}),
    ],
)
async def test_a_run_is_cancelled_in_the_form_that_holds(action: Action, seen: str, path: str, sent: Any) -> None:
    routes: dict[str, Route] = {f"POST /api/flow_runs/x{path}": "act_cancelling_running"}
    async with playing("prefect", Prefect("p"), routes) as played:
        assert await played.link.dialect.send(played.link.ask, wish(action, seen)) == "accepted, the run is Cancelling"
        assert played.bodies() == [sent]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("act_resume_not_paused", "ABORT: Cannot resume a flow run that is not paused"),
        ("act_cancelling_retrying", "REJECT: Scheduled flow run has no infrastructure"),
        ("act_bad_state", "Invalid request"),
    ],
)
async def test_a_no_is_a_no_whatever_the_status(name: str, words: str) -> None:
    async with playing("prefect", Prefect("p"), {"POST /api/flow_runs/x/resume": name}) as played:
        with pytest.raises(Rejected, match=words):
            await played.link.dialect.send(played.link.ask, wish(Action.RESUME, "Paused"))


async def test_a_run_without_a_process_is_cancelled_though_prefect_rejects_the_asking() -> None:
    routes: dict[str, Route] = {"POST /api/flow_runs/x/set_state": "act_cancelling_retrying"}
    async with playing("prefect", Prefect("p"), routes) as played:
        words = await played.link.dialect.send(played.link.ask, wish(Action.CANCEL, "Suspended"))
        assert words == "the run is Cancelled at once: Scheduled flow run has no infrastructure to terminate"


async def test_a_restart_is_for_runs_that_somebody_takes_up() -> None:
    id = body("prefect", "flow_run_failure")["id"]
    routes: dict[str, Route] = {
        detail(id): ["flow_run_failure", Answered(run(id, "FAILED"))],
        f"POST /api/flow_runs/{id}/set_state": "act_retry_failed",
    }
    async with playing("prefect", Prefect("p"), routes) as played:
        words = await played.link.dialect.send(played.link.ask, wish(Action.RESTART, "Failed", id))
        assert words == "accepted, the run is AwaitingRetry"
        assert played.bodies() == [{"state": {"type": "SCHEDULED", "name": "AwaitingRetry"}, "force": False}]
        with pytest.raises(Rejected, match="no deployment"):
            await played.link.dialect.send(played.link.ask, wish(Action.RESTART, "Failed", id))
        assert len(played.bodies()) == 1


async def test_a_run_is_deleted() -> None:
    async with playing("prefect", Prefect("p"), {"DELETE /api/flow_runs/x": "act_delete"}) as played:
        assert await played.link.dialect.send(played.link.ask, wish(Action.DELETE, "Failed")) == "deleted"


def test_what_does_not_hold_is_not_offered() -> None:
    able = Prefect("p").capabilities
    retrying = Job(key=JobKey("p", "x"), state=State.RETRYING, native_state="AwaitingRetry")
    running = Job(key=JobKey("p", "x"), state=State.RUNNING, native_state="Running")
    assert able.refusal(Action.CANCEL, retrying) and able.refusal(Action.PAUSE, running)
    assert able.refusal(Action.CANCEL, running) is None


async def test_names_that_a_flow_gives_its_states_are_learned() -> None:
    dialect = Prefect("p")
    job = Job(key=JobKey("p", "x"), state=State.FAILED, native_state="No data")
    assert dialect.capabilities.refusal(Action.RESTART, job)
    async with playing(
        "prefect", dialect, {**EVERYTHING, FILTER: [NOTHING, Answered([run("x", "FAILED", "No data")])]}
    ) as played:
        await page(played)
    assert dialect.capabilities.refusal(Action.RESTART, job) is None


async def test_a_queue_is_paused_and_resumed() -> None:
    path = "PATCH /api/work_queues/9cae499c-2280-4d9a-96f5-f7d91987feca"
    async with playing("prefect", Prefect("p"), {**EVERYTHING, path: "act_pause_queue"}) as played:
        for action in (Action.PAUSE, Action.RESUME):
            command = QueueCommand(server="p", queue="p1/default", action=action)
            await played.link.dialect.send_to_queue(played.link.ask, command)
        assert played.bodies("PATCH") == [{"is_paused": True}, {"is_paused": False}]
        with pytest.raises(Rejected, match="no work queue"):
            command = QueueCommand(server="p", queue="other", action=Action.PAUSE)
            await played.link.dialect.send_to_queue(played.link.ask, command)


async def test_under_load_a_question_is_asked_once_more() -> None:
    busy = Answered({"exception_message": "Service Unavailable"}, 503)
    routes = {**EVERYTHING, "POST /api/work_pools/filter": [busy, "work_pools", busy, busy]}
    async with playing("prefect", Prefect("p"), routes) as played:
        assert await played.link.dialect.workers(played.link.ask)
        with pytest.raises(ServerFault, match="Service Unavailable"):
            await played.link.dialect.workers(played.link.ask)


async def test_a_run_that_is_gone_is_not_there() -> None:
    async with playing("prefect", Prefect("p"), {detail("x"): "flow_run_unknown"}) as played:
        with pytest.raises(NotFound, match="Flow run not found"):
            await played.link.dialect.job(played.link.ask, "x")


async def test_credentials_are_asked_for() -> None:
    async with playing("prefect", Prefect("p"), {FILTER: "auth_missing"}) as played:
        with pytest.raises(Unauthorised):
            await page(played)


async def test_an_api_elsewhere_is_named_by_the_base() -> None:
    dialect = Prefect("p", DialectOptions(base=""))
    async with playing("prefect", dialect, {"GET /flow_runs/x": "flow_run_unknown"}) as played:
        with pytest.raises(NotFound):
            await dialect.job(played.link.ask, "x")
        assert played.asked == ["GET /flow_runs/x"]


@pytest.mark.parametrize("name", ["server_version", "auth_missing"])
async def test_it_is_recognised_behind_a_prefix_and_with_a_closed_api(name: str) -> None:
    async with playing("prefect", Prefect("p"), {"GET /flows/api/admin/version": name}, prefix="/flows") as played:
        connection = Connection(ServerSettings(name="p", url=played.link.url))
        try:
            assert (await detect(connection, {"prefect": Prefect})).name == "prefect"
        finally:
            await connection.aclose()


@given(
    runs=mutations(body("prefect", "flow_runs_filter")[:2]), other=mutations(body("prefect", "deployments_filter")[:2])
)
@patient
def test_a_field_gone_wrong_never_loses_the_others(runs: Any, other: Any) -> None:
    async def ask(request: Request) -> Answer:
        return Answer(status=200, body=runs if "flow_runs/" in request.path else other, url=request.path)

    dialect = Prefect("p")
    try:
        found = asyncio.run(dialect.page(ask, None))
        asyncio.run(dialect.queues(ask))
        asyncio.run(dialect.workers(ask))
    except ServerError:
        return
    whole = {
        entry["id"] for entry in runs if isinstance(entry, dict) and isinstance(entry.get("id"), str) and entry["id"]
    }
    assert {report.job.id for report in found.reports} >= {id for id in whole if id.isascii()}


@given(told=mutations(body("prefect", "flow_run_late")), lines=mutations(body("prefect", "logs_failure")[:2]))
@patient
def test_a_run_is_read_whatever_one_field_holds(told: Any, lines: Any) -> None:
    async def ask(request: Request) -> Answer:
        return Answer(status=200, body=lines if "logs" in request.path else told, url=request.path)

    try:
        assert asyncio.run(Prefect("p").job(ask, "x")).job.id == "x"
    except ServerError:
        assert not isinstance(told, dict) or not isinstance(lines, list)


async def test_a_server_that_is_read_only_is_asked_all_the_same_and_never_changed() -> None:
    routes = {**EVERYTHING, FILTER: [Answered([run("a", "RUNNING")]), NOTHING]}
    async with playing("prefect", Prefect("p"), routes, read_only=True) as played:
        assert set(await page(played)) == {"a"}
        assert len(await played.link.dialect.queues(played.link.ask)) > 1
        played.forget()
        command = Command(key=JobKey("p", "a"), action=Action.CANCEL, seen_native_state="Running")
        with pytest.raises(NotSupported, match="read_only"):
            await played.link.dialect.send(played.link.ask, command)
        assert played.asked == []
