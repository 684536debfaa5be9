"""What rq-dashboard was seen to answer, and what is made of it."""

import asyncio
from typing import Any

import pytest
from hypothesis import given

from jobdash.client.connection import Connection
from jobdash.client.detect import detect
from jobdash.client.dialect import Answer, DialectOptions, Request
from jobdash.client.settings import ServerSettings
from jobdash.dialects._reading import rfc_1123
from jobdash.dialects.rq.kind import Rq
from jobdash.dialects.rq.staff import Staff
from jobdash.dialects.rq.wire import RqWorker
from jobdash.model.command import Action, Command
from jobdash.model.errors import NotFound, NotSupported, Rejected, ServerError, ServerFault, Unauthorised
from jobdash.model.job import Job, JobKey
from jobdash.model.state import State
from tests.dialects.engines.mutation import mutations, patient
from tests.dialects.engines.replay import Answered, Played, Route, body, capture, playing, recorded

HELD = {
    "default": ("started", "finished", "failed", "scheduled"),
    "slowlane": ("queued", "started", "deferred", "canceled"),
}


def listing(queue: str, registry: str, most: int = 200) -> str:
    size = most if registry == "queued" else most + 1
    return f"GET /0/data/jobs/{queue}/{registry}/{size}/dsc/1.json"


EVERYTHING: dict[str, Route] = {
    "GET /0/data/queues.json": "queues",
    "GET /0/data/workers.json": "workers",
    **{listing(queue, name): f"jobs_{queue}_{name}" for queue, held in HELD.items() for name in held},
    f"GET /0/data/job/{body('rq', 'job_progress')['id']}.json": "job_progress",
}


def queue(name: str, /, **counts: int) -> dict[str, Any]:
    told = {f"{registry}_job_registry_count": count for registry, count in counts.items() if registry != "queued"}
    return {"name": name, "count": counts.get("queued", 0), "queued_url": "", **told}


def one_queue(**counts: int) -> Answered:
    return Answered({"queues": [queue("q", **counts)]})


def jobs(*ids: str) -> Answered:
    return Answered({"jobs": [{"id": id, "description": "jobs.nap(1)"} for id in ids]})


def detail(id: str) -> str:
    return f"GET /0/data/job/{id}.json"


async def page(played: Played, cursor: str | None = None) -> dict[str, Job]:
    found = await played.link.dialect.page(played.link.ask, cursor)
    return {report.job.id: report.job for report in found.reports}


async def read(name: str, workers: Route = "workers") -> tuple[Job, Any]:
    id = body("rq", name)["id"]
    async with playing("rq", Rq("r"), {detail(id): name, "GET /0/data/workers.json": workers}) as played:
        report = await played.link.dialect.job(played.link.ask, id)
        assert len(played.asked) <= 2
        return report.job, report.detail


async def test_a_page_asks_for_the_first_page_of_what_holds_jobs_and_for_the_progress_of_what_runs() -> None:
    async with playing("rq", Rq("r"), EVERYTHING) as played:
        found = await played.link.dialect.page(played.link.ask, None)
        assert len(played.asked) == 2 + 8 + 2
        assert not [
            target for target in played.asked if target.startswith("GET /0/data/jobs/") and "/1.json" not in target
        ]
    states = {report.job.id: report.job.state for report in found.reports}
    assert len(states) == found.total == 16
    assert states["order-42"] is State.COMPLETED
    running = next(report.job for report in found.reports if report.job.type == "jobs.crunch")
    assert (running.fraction, running.worker) == ((47, 60), "w1")
    assert running.progress == pytest.approx(78.33, abs=0.01)


async def test_while_nothing_moves_only_counts_workers_what_runs_and_the_latest_failures_are_asked_for() -> None:
    routes = {**EVERYTHING, listing("default", "failed", 20): "jobs_default_failed"}
    async with playing("rq", Rq("r"), routes) as played:
        before = await page(played)
        for walk in range(2, 9):
            played.forget()
            assert await page(played) == before
            assert len(played.asked) == (12 if walk == 7 else 7)


async def test_a_long_registry_is_read_newest_first_and_in_full_now_and_then() -> None:
    all_of_them = [str(n) for n in range(450)]
    routes: dict[str, Route] = {
        "GET /0/data/queues.json": [one_queue(queued=450), one_queue(queued=450), one_queue(queued=449, finished=1)],
        "GET /0/data/workers.json": Answered({"workers": []}),
        listing("q", "queued"): [jobs(*all_of_them[:200]), jobs(*all_of_them[1:201])],
        listing("q", "queued", 650): jobs(*all_of_them),
        listing("q", "finished"): jobs("0"),
    }
    async with playing("rq", Rq("r"), routes) as played:
        found = await played.link.dialect.page(played.link.ask, None)
        assert (len(found.reports), found.next, found.total) == (200, "rest", 450)
        rest = await page(played, found.next)
        assert len({report.job.id for report in found.reports} | set(rest)) == 450
        played.forget()
        assert len(await page(played) | await page(played, "rest")) == 450
        assert len(played.asked) == 2
        again = await page(played)
        again |= {id: job for id, job in (await page(played, "rest")).items() if id not in again}
        assert again["0"].state is State.COMPLETED and len(again) == 450


async def test_a_job_that_fails_again_is_seen_though_the_count_of_failures_stays() -> None:
    def failed(hour: int) -> dict[str, str]:
        at = f"2026-11-22T{hour:02}:00:00Z"
        return {"id": "a", "description": "jobs.boom()", "exc_info": "ValueError: no", "started_at": at, "ended_at": at}

    first, again = Answered({"jobs": [failed(3)]}), Answered({"jobs": [failed(4)]})
    routes: dict[str, Route] = {
        "GET /0/data/queues.json": one_queue(failed=1),
        "GET /0/data/workers.json": Answered({"workers": []}),
        listing("q", "failed"): [first, again],
        listing("q", "failed", 20): [first, again],
    }
    async with playing("rq", Rq("r"), routes) as played:
        times = [(await page(played))["a"].finished_at for _ in range(4)]
        assert times[0] == times[1] and times[1] != times[2] == times[3]
        assert len(played.asked) == 3 + 3 + 4 + 3


async def test_a_job_that_is_not_there_is_not_listed_again_by_a_registry_whose_count_stays() -> None:
    routes: dict[str, Route] = {
        "GET /0/data/queues.json": one_queue(queued=2),
        "GET /0/data/workers.json": Answered({"workers": []}),
        listing("q", "queued"): [jobs("a", "b"), jobs("b", "c")],
        listing("q", "queued", 202): jobs("b", "c"),
        detail("a"): Answered("<h1>Internal Server Error</h1>", 500, "text/html"),
    }
    async with playing("rq", Rq("r"), routes) as played:
        assert set(await page(played)) == {"a", "b"}
        with pytest.raises(NotFound):
            await played.link.dialect.job(played.link.ask, "a")
        assert set(await page(played)) == {"b", "c"}


async def test_a_job_that_moved_while_it_was_read_is_where_it_was_met_last() -> None:
    routes: dict[str, Route] = {
        "GET /0/data/queues.json": one_queue(queued=1, finished=1),
        "GET /0/data/workers.json": Answered({"workers": []}),
        listing("q", "queued"): jobs("a"),
        listing("q", "finished"): jobs("a"),
    }
    async with playing("rq", Rq("r"), routes) as played:
        assert {id: job.state for id, job in (await page(played)).items()} == {"a": State.COMPLETED}


async def test_a_registry_that_stood_still_does_not_take_back_what_a_job_itself_told() -> None:
    def failed(at: str) -> dict[str, str]:
        return {"id": "a", "description": "jobs.boom()", "exc_info": "ValueError: no", "started_at": at, "ended_at": at}

    first, again = failed("2026-11-22T03:00:00Z"), failed("2026-11-22T03:10:00Z")
    routes: dict[str, Route] = {
        "GET /0/data/queues.json": one_queue(failed=1),
        "GET /0/data/workers.json": Answered({"workers": []}),
        listing("q", "failed", 20): Answered({"jobs": [first]}),
        listing("q", "failed"): [Answered({"jobs": [first]}), Answered({"jobs": [again]})],
        detail("a"): [Answered({**first, "status": "failed"}), Answered({**again, "status": "failed"})],
    }
    async with playing("rq", Rq("r"), routes) as played:
        dialect, ask = played.link.dialect, played.link.ask
        before = (await page(played))["a"]
        await dialect.job(ask, "a")
        played.forget()
        assert (await page(played))["a"] == before
        asked = [target for target in played.asked if "/jobs/" in target]
        assert asked == [listing("q", "failed", 20)], "nothing moved, only the latest failures are looked at"
        report = await dialect.job(ask, "a")
        assert report.job.finished_at == (before.finished_at or 0.0) + 600
        assert (await page(played))["a"].finished_at == report.job.finished_at


@pytest.mark.parametrize(
    ("name", "state", "native"),
    [
        ("job_success", State.COMPLETED, "finished"),
        ("job_failure", State.FAILED, "failed"),
        ("job_timeout", State.FAILED, "failed"),
        ("job_queued0", State.PENDING, "queued"),
        ("job_scheduled", State.SCHEDULED, "scheduled"),
        ("job_retrying", State.RETRYING, "scheduled"),
        ("job_repeat", State.SCHEDULED, "scheduled"),
        ("job_canceled", State.CANCELLED, "canceled"),
        ("job_stopped", State.CANCELLED, "stopped"),
        ("job_progress", State.RUNNING, "started"),
    ],
)
async def test_the_state_of_a_job(name: str, state: State, native: str) -> None:
    job, _ = await read(name)
    assert (job.state, job.native_state) == (state, native)


async def test_a_stopped_job_is_called_so_in_the_listing_too() -> None:
    row = {**body("rq", "job_stopped")}
    for key in ("status", "origin", "metadata", "result", "enqueued_at"):
        row.pop(key)
    routes: dict[str, Route] = {
        "GET /0/data/queues.json": one_queue(failed=1),
        "GET /0/data/workers.json": Answered({"workers": []}),
        listing("q", "failed"): Answered({"jobs": [row]}),
    }
    async with playing("rq", Rq("r"), routes) as played:
        (job,) = (await page(played)).values()
    assert (job.state, job.native_state) == (State.CANCELLED, "stopped")


async def test_a_failure_has_its_error_and_its_traceback() -> None:
    job, told = await read("job_failure")
    assert job.error == "ValueError: card declined for order 4711"
    assert told.traceback.startswith("Traceback (most recent call last):")
    assert (job.type, told.data) == ("jobs.boom", {"call": "jobs.boom(4711)"})


async def test_a_described_job_keeps_its_description_and_its_own_words() -> None:
    job, told = await read("job_named")
    assert (job.label, job.type) == ("charge order 42", "charge order 42")
    assert told.metrics == {"tenant": "acme"} and told.result == 10


async def test_a_job_of_a_silent_worker_is_stuck_and_says_since_when() -> None:
    late = recorded("rq", "workers_lost")
    late.headers["date"] = "Sun, 22 Nov 2026 02:37:17 GMT"
    job, _ = await read("job_lost", late)
    assert job.state is State.STUCK
    assert job.error == "worker w3 is gone since 2026-11-22 02:34:47Z, heartbeat 2 min old"
    job, _ = await read("job_lost", "workers_lost")
    assert job.state is State.RUNNING


async def test_a_job_that_no_worker_has_is_stuck_once_it_is_not_new() -> None:
    nobody = Answered({"workers": []}, headers={"date": "Sun, 22 Nov 2026 02:34:52 GMT"})
    assert (await read("job_lost", nobody))[0].state is State.RUNNING
    nobody.headers["date"] = "Sun, 22 Nov 2026 02:36:52 GMT"
    job, _ = await read("job_lost", nobody)
    assert (job.state, job.error) == (State.STUCK, "no worker has this job any more")


async def test_a_detail_that_fails_is_answered_from_the_listing_while_that_has_the_job() -> None:
    (deferred,) = body("rq", "jobs_slowlane_deferred")["jobs"]
    routes = {**EVERYTHING, detail(deferred["id"]): "job_unknown"}
    routes[listing("slowlane", "deferred", 201)] = ["jobs_slowlane_deferred", Answered({"jobs": []})]
    async with playing("rq", Rq("r"), routes) as played:
        await page(played)
        report = await played.link.dialect.job(played.link.ask, deferred["id"])
        assert report.job.state is State.PENDING and report.problems
        with pytest.raises(NotFound):
            await played.link.dialect.job(played.link.ask, deferred["id"])


async def test_a_detail_that_fails_of_a_job_that_was_never_listed_is_of_no_job() -> None:
    async with playing("rq", Rq("r"), {detail("nope"): "job_unknown"}) as played:
        with pytest.raises(NotFound):
            await played.link.dialect.job(played.link.ask, "nope")


async def test_a_dashboard_without_its_redis_is_in_trouble() -> None:
    async with playing("rq", Rq("r"), {"GET /0/data/workers.json": "job_unknown"}) as played:
        with pytest.raises(ServerFault):
            await page(played)


async def test_the_first_queue_is_the_whole_server_and_suspended_workers_pause_their_queues() -> None:
    async with playing("rq", Rq("r"), {**EVERYTHING, "GET /0/data/workers.json": "workers_suspended"}) as played:
        whole, default, slow = await played.link.dialect.queues(played.link.ask)
        assert len(played.asked) == 2
    assert (whole.name, whole.depth, whole.running, whole.failed, whole.workers) == ("", 4, 2, 2, 2)
    assert (default.name, default.paused, default.workers) == ("default", True, 1)
    assert (slow.name, slow.paused, slow.depth) == ("slowlane", False, 4)


async def test_workers_tell_their_heartbeat_their_queues_and_their_job() -> None:
    async with playing("rq", Rq("r"), EVERYTHING) as played:
        first, second = await played.link.dialect.workers(played.link.ask)
        assert len(played.asked) == 1
    assert (first.name, first.state, first.queues, first.alive) == ("w1", "busy", ("high", "default"), True)
    assert first.heartbeat_at is not None and second.job == "02b367b3-3cf3-44db-adb7-b7ef78b6bb98"


def test_a_worker_that_waits_for_a_job_may_be_silent_for_long() -> None:
    idle = RqWorker(name="w1", last_heartbeat="Sun, 22 Nov 2026 08:57:03 GMT")
    busy = RqWorker(name="w2", current_job={"job_id": "a"}, last_heartbeat="Sun, 22 Nov 2026 08:57:03 GMT")
    beat = rfc_1123(idle.last_heartbeat)
    assert beat is not None
    alive = {later: [worker.alive for worker in Staff((idle, busy), beat + later).told()] for later in (80, 410, 500)}
    assert alive == {80: [True, True], 410: [True, False], 500: [False, False]}


def wish(action: Action) -> Command:
    return Command(key=JobKey("r", "order-42"), action=action, seen_native_state="x")


@pytest.mark.parametrize(
    ("action", "verb", "name"),
    [
        (Action.RESTART, "requeue", "act_requeue_failed"),
        (Action.CANCEL, "delete", "act_delete_queued"),
        (Action.DELETE, "delete", "act_delete_queued"),
    ],
)
async def test_each_action_is_one_request(action: Action, verb: str, name: str) -> None:
    async with playing("rq", Rq("r"), {f"POST /job/order-42/{verb}": name}) as played:
        await played.link.dialect.send(played.link.ask, wish(action))
        assert played.asked == [f"POST /job/order-42/{verb}"]


@pytest.mark.parametrize(
    ("action", "verb", "name", "words"),
    [
        (Action.RESTART, "requeue", "act_requeue_finished", "RQ refused"),
        (Action.DELETE, "delete", "act_delete_unknown", "there is no such job"),
        (Action.DELETE, "delete", "delete_disabled", "--disable-delete"),
    ],
)
async def test_a_no_is_a_no_whatever_the_status(action: Action, verb: str, name: str, words: str) -> None:
    async with playing("rq", Rq("r"), {f"POST /job/order-42/{verb}": name}) as played:
        with pytest.raises(Rejected, match=words):
            await played.link.dialect.send(played.link.ask, wish(action))


async def test_what_the_dashboard_cannot_do_is_not_offered() -> None:
    dialect = Rq("r")
    running = Job(key=JobKey("r", "1"), state=State.RUNNING, native_state="started")
    assert dialect.capabilities.refusal(Action.CANCEL, running)
    assert dialect.capabilities.refusal(Action.PAUSE, running)
    assert not dialect.capabilities.queue_actions
    note = dialect.capabilities.actions[Action.DELETE].note
    assert note is not None and "work horse keeps running" in note
    with pytest.raises(NotSupported):
        dialect.request_of(wish(Action.PAUSE))


async def test_credentials_are_asked_for() -> None:
    async with playing("rq", Rq("r"), {"GET /0/data/workers.json": "auth_missing"}) as played:
        with pytest.raises(Unauthorised):
            await page(played)


async def test_another_redis_of_the_same_dashboard_is_named_by_the_base() -> None:
    dialect = Rq("r", DialectOptions(base="1"))
    async with playing("rq", dialect, {"GET /1/data/workers.json": "workers"}) as played:
        assert len(await dialect.workers(played.link.ask)) == 2


async def test_it_is_recognised_behind_a_prefix() -> None:
    async with playing("rq", Rq("r"), {"GET /rqd/0/data/queues.json": "queues"}, prefix="/rqd") as played:
        connection = Connection(ServerSettings(name="r", url=played.link.url))
        try:
            assert (await detect(connection, {"rq": Rq})).name == "rq"
        finally:
            await connection.aclose()


@given(listed=mutations(body("rq", "jobs_default_failed")), queues=mutations(body("rq", "queues")))
@patient
def test_a_field_gone_wrong_never_loses_the_others(listed: Any, queues: Any) -> None:
    async def ask(request: Request) -> Answer:
        said = {"0/data/queues.json": queues, "0/data/workers.json": body("rq", "workers")}
        return Answer(status=200, body=said.get(request.path, listed), url=request.path)

    dialect = Rq("r")
    try:
        found = asyncio.run(dialect.page(ask, None))
        asyncio.run(dialect.page(ask, "rest"))
        asyncio.run(dialect.queues(ask))
    except ServerError:
        return
    assert all(report.job.id for report in found.reports)


@given(told=mutations(body("rq", "job_progress")), workers=mutations(body("rq", "workers_lost")))
@patient
def test_a_job_is_read_whatever_one_field_holds(told: Any, workers: Any) -> None:
    async def ask(request: Request) -> Answer:
        said = workers if request.path.endswith("workers.json") else told
        return Answer(status=200, body=said, url=request.path, headers={"date": "Sun, 22 Nov 2026 02:37:17 GMT"})

    dialect = Rq("r")
    try:
        assert asyncio.run(dialect.job(ask, "x")).job.id == "x"
        asyncio.run(dialect.workers(ask))
    except ServerError:
        assert not isinstance(told, dict) or not isinstance(workers, dict)


@pytest.mark.parametrize("text", ["{", "[]", '"x"', "[" * 100_000, '{"progress": 1e999, "total": 0, "current": 1}', ""])
async def test_meta_of_any_kind_is_read(text: str) -> None:
    routes: dict[str, Route] = {detail("x"): Answered({"status": "finished", "metadata": text})}
    async with playing("rq", Rq("r"), routes) as played:
        assert (await played.link.dialect.job(played.link.ask, "x")).job.progress is None


def test_the_recorded_listing_is_of_the_first_page() -> None:
    assert capture("rq", "jobs_default_failed")["request"]["path"].endswith("/1.json")
