"""What Flower was seen to answer, and what is made of it."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdash.client.connection import Connection
from jobdash.client.detect import detect
from jobdash.client.dialect import Answer, NewJob, Request
from jobdash.client.settings import ServerSettings
from jobdash.dialects.flower.kind import Flower
from jobdash.engine.store import Store
from jobdash.model.command import Action, Command, QueueCommand
from jobdash.model.errors import NotFound, Rejected, ServerError, Unauthorised
from jobdash.model.job import Job, JobKey
from jobdash.model.state import State
from tests.dialects.engines.mutation import mutations, patient
from tests.dialects.engines.replay import Answered, Played, Route, body, capture, playing, recorded

ALL = {"GET /api/tasks": "tasks_all", "GET /workers": "workers_seen_lost", "GET /api/workers": "workers_refresh"}
FLOWER = Answered({"task-types": []})


def told(name: str) -> tuple[str, dict[str, Route]]:
    """The id in a recorded `task_info_...`, and routes that tell about it."""
    info = body("flower", f"task_info_{name}")
    id = info["uuid"]
    has_result = {"failure", "queued4", "retrying", "success", "expired", "scheduled", "revoked"}
    result: Route = f"task_result_{name}" if name in has_result else Answered({"task-id": id, "state": "PENDING"})
    return id, {
        f"GET /api/task/info/{id}": f"task_info_{name}",
        f"GET /api/task/result/{id}": result,
        "GET /workers": "workers_seen_lost" if name in {"lost", "ignored"} else Answered({"data": []}),  # heard later
    }


async def read(name: str) -> tuple[Job, Any]:
    id, routes = told(name)
    async with playing("flower", Flower("c"), routes) as played:
        report = await played.link.dialect.job(played.link.ask, id)
        assert len(played.asked) <= 3
        return report.job, report.detail


async def page(played: Played, cursor: str | None = None) -> dict[str, Job]:
    found = await played.link.dialect.page(played.link.ask, cursor)
    return {f"{report.job.type}": report.job for report in found.reports}


async def test_a_page_is_two_requests_and_tells_every_task() -> None:
    async with playing("flower", Flower("c"), ALL) as played:
        found = await played.link.dialect.page(played.link.ask, None)
        assert played.asked == ["GET /api/tasks?limit=500&offset=0", "GET /workers?json=1"]
    assert len(found.reports) == len(body("flower", "tasks_all"))
    assert found.next is None and not found.problems
    states = {(report.job.type, report.job.native_state): report.job.state for report in found.reports}
    assert states["tasks.boom", "FAILURE"] is State.FAILED
    assert states["tasks.add", "PENDING"] is State.PENDING
    assert states["tasks.add", "RECEIVED"] is State.SCHEDULED
    assert states["tasks.add", "REVOKED"] is State.CANCELLED
    assert states["tasks.flaky_ok", "RECEIVED"] is State.RETRYING


async def test_the_workers_are_asked_about_only_while_something_runs() -> None:
    done = {id: {"name": "t", "state": "SUCCESS"} for id in "abc"}
    async with playing("flower", Flower("c"), {"GET /api/tasks": Answered(done)}) as played:
        await page(played)
        assert len(played.asked) == 1


async def test_an_unchanged_page_of_ended_tasks_is_not_read_again() -> None:
    done, more = ({id: {"name": "t", "state": "SUCCESS"} for id in ids} for ids in ("abc", "abcd"))
    told = Answered(done, headers={"etag": "x"})
    routes: dict[str, Route] = {"GET /api/tasks": [told, Answered(None, 304, "", {"etag": "x"}), Answered(more)]}
    async with playing("flower", Flower("c"), routes) as played:
        first = await played.link.dialect.page(played.link.ask, None)
        assert await played.link.dialect.page(played.link.ask, None) is first
        assert len((await played.link.dialect.page(played.link.ask, None)).reports) == 4


async def test_below_an_unchanged_top_nothing_is_asked_for() -> None:
    full = {str(n): {"name": "t", "state": "SUCCESS"} for n in range(500)}
    told = [Answered(full, headers={"etag": "x"}), Answered(None, 304, "", {"etag": "x"}), Answered(full)]
    last = Answered({"x": {"name": "last", "state": "SUCCESS"}}, headers={"etag": "y"})
    top, below = "GET /api/tasks?limit=500&offset=0", "GET /api/tasks?limit=500&offset=500"
    async with playing("flower", Flower("c"), {top: told, below: last}) as played:
        walks = []
        for _ in range(3):
            walks.append([await played.link.dialect.page(played.link.ask, cursor) for cursor in (None, "500")])
        assert played.asked == [top, below, top, top, below]
        assert walks[1][0] is walks[0][0] and walks[1][1] is walks[0][1] and walks[2][1] is not walks[0][1]
        assert "if-none-match" not in played.server.received[-1].headers  # not worth the memory


async def test_a_task_that_runs_at_an_unchanged_top_has_nothing_below_read_again() -> None:
    full = {str(n): begun(1099.0) if n == 0 else {"name": "t", "state": "SUCCESS"} for n in range(500)}
    told = [Answered(full, headers={"etag": "x"}), Answered(None, 304, "", {"etag": "x"})]
    top, below = "GET /api/tasks?limit=500&offset=0", "GET /api/tasks?limit=500&offset=500"
    routes: dict[str, Route] = {top: told, below: Answered({}), "GET /workers": worker(7, 1, 1100.0)}
    async with playing("flower", Flower("c"), routes) as played:
        for _ in range(3):
            for cursor in (None, "500"):
                await played.link.dialect.page(played.link.ask, cursor)
        assert played.asked.count(top) == 3 and played.asked.count(below) == 1


async def test_pages_follow_by_offset_until_one_is_short() -> None:
    full = {str(n): {"name": f"t{n}", "state": "SUCCESS"} for n in range(500)}
    routes: dict[str, Route] = {
        "GET /api/tasks?limit=500&offset=0": Answered(full),
        "GET /api/tasks?limit=500&offset=500": Answered({"x": {"name": "last", "state": "SUCCESS"}}),
    }
    async with playing("flower", Flower("c"), routes) as played:
        first = await played.link.dialect.page(played.link.ask, None)
        assert first.next == "500"
        second = await played.link.dialect.page(played.link.ask, first.next)
        assert second.next is None and [report.job.type for report in second.reports] == ["last"]


@pytest.mark.parametrize(
    ("name", "state", "native"),
    [
        ("success", State.COMPLETED, "SUCCESS"),
        ("failure", State.FAILED, "FAILURE"),
        ("retrying", State.RETRYING, "RETRY"),
        ("scheduled", State.SCHEDULED, "RECEIVED"),
        ("scheduled_eta", State.SCHEDULED, "RECEIVED"),
        ("queued4", State.PENDING, "PENDING"),
        ("expired", State.CANCELLED, "REVOKED"),
        ("revoked", State.CANCELLED, "REVOKED"),
        ("ignored", State.STUCK, "STARTED"),
        ("lost", State.STUCK, "STARTED"),
        ("custom_progress_event", State.RUNNING, "PROGRESS"),
    ],
)
async def test_the_state_of_a_task(name: str, state: State, native: str) -> None:
    job, _ = await read(name)
    assert (job.state, job.native_state) == (state, native)


async def test_a_failure_has_its_error_its_traceback_and_its_arguments_as_they_were_written() -> None:
    job, detail = await read("failure")
    assert job.error == "ValueError('card declined for order 4711')"
    assert detail.traceback.endswith("ValueError: card declined for order 4711\n")
    assert detail.data == {"args": "[4711]", "kwargs": "{}"}
    assert (job.attempts, job.queue, job.worker) == (1, "default", "w1@vm")
    assert job.finished_at == 1795314384.3265285


async def test_a_retry_tells_its_attempt_its_error_and_when_it_is_due() -> None:
    job, _ = await read("retrying")
    assert (job.attempts, job.error) == (1, "ConnectionError('upstream 503 attempt 0')")
    assert job.step == "due 2026-11-22 02:26:44Z"


async def test_progress_is_read_from_the_task_own_event() -> None:
    job, _ = await read("custom_progress_event")
    assert (job.progress, job.fraction) == (37.5, (3.0, 8.0))


def worker(pid: int, active: int, beat: float) -> Answered:
    seen = {"hostname": "w", "status": True, "pid": pid, "active": active, "freq": 2.0, "heartbeats": [beat - 2, beat]}
    return Answered({"data": [seen]})


def begun(at: float, last: float | None = None) -> Any:
    return {"name": "nap", "state": "STARTED", "worker": "w", "started": at, "timestamp": last or at}


async def test_a_task_whose_worker_runs_nothing_is_stuck_though_a_worker_of_that_name_lives() -> None:
    tasks = {"lost": begun(1000.0), "new": begun(1095.0), "told": begun(1000.0, last=1099.0)}
    routes: dict[str, Route] = {
        "GET /api/tasks": Answered(tasks),
        "GET /workers": [worker(7, 1, 1100.0), worker(7, 0, 1100.0)],
        "GET /api/workers": Answered({"w": {"active_queues": []}}),
    }
    async with playing("flower", Flower("c"), routes) as played:
        dialect, ask = played.link.dialect, played.link.ask
        for stuck in ((), ("lost",)):
            found = {report.job.id: report.job for report in (await dialect.page(ask, None)).reports}
            assert [id for id, job in found.items() if job.state is State.STUCK] == list(stuck)
        assert found["lost"].error == "worker w runs nothing: it was started anew, or the task raised Ignore"
        (told,) = await dialect.workers(ask)
        assert told.alive and told.job is None


async def test_a_task_that_began_before_its_worker_was_another_process_is_stuck() -> None:
    routes: dict[str, Route] = {
        "GET /api/tasks": Answered({"lost": begun(1000.0), "new": begun(1105.0), "between": begun(1101.0)}),
        "GET /workers": [worker(7, 1, 1100.0), worker(8, 1, 1104.0), worker(8, 1, 1106.0)],
    }
    async with playing("flower", Flower("c"), routes) as played:
        for stuck in ((), ("lost",), ("lost",)):
            page = await played.link.dialect.page(played.link.ask, None)
            assert [report.job.id for report in page.reports if report.job.state is State.STUCK] == list(stuck)
        said = "worker w was started anew after 1970-01-01 00:18:20Z: the one that had it is gone"
        assert page.reports[0].job.error == said


async def test_a_worker_has_the_task_that_tells_its_progress() -> None:
    routes: dict[str, Route] = {
        "GET /workers": worker(7, 1, 1100.0),
        "GET /api/workers": Answered({"w": {"active_queues": []}}),
        "GET /api/tasks?state=STARTED&limit=500": Answered({}),
        "GET /api/tasks?state=PROGRESS&limit=500": Answered({"p": {**begun(1099.0), "state": "PROGRESS"}}),
    }
    async with playing("flower", Flower("c"), routes) as played:
        (told,) = await played.link.dialect.workers(played.link.ask)
        assert told.job == "p" and len(played.asked) <= 5


async def test_an_expired_task_says_why() -> None:
    job, _ = await read("expired")
    assert job.error == "TaskRevokedError('expired')"


async def test_a_task_of_a_lost_worker_is_stuck_and_says_since_when() -> None:
    job, _ = await read("lost")
    assert job.error is not None
    assert job.error.startswith("worker w3@vm is gone since 2026-11-22 04:20:")
    assert job.error.endswith(" s old")


async def test_what_the_backend_said_wins_in_the_listing_too_until_the_next_event() -> None:
    id, routes = told("revoked")
    task = body("flower", "task_info_revoked")
    woken = {**task, "state": "STARTED", "timestamp": task["timestamp"] + 1}
    routes["GET /api/tasks"] = [Answered({id: task}), Answered({id: task}), Answered({id: woken})]
    async with playing("flower", Flower("c"), routes) as played:
        assert (await page(played))["tasks.add"].state is State.SCHEDULED
        assert (await played.link.dialect.job(played.link.ask, id)).job.state is State.CANCELLED
        assert (await page(played))["tasks.add"].state is State.CANCELLED
        assert (await page(played))["tasks.add"].state is State.RUNNING


async def test_without_a_result_backend_the_events_are_all_there_is() -> None:
    id, routes = told("failure")
    routes[f"GET /api/task/result/{id}"] = "defaults_result"
    async with playing("flower", Flower("c"), routes) as played:
        report = await played.link.dialect.job(played.link.ask, id)
    assert report.job.state is State.FAILED


async def test_a_task_that_only_the_backend_knows_is_told() -> None:
    routes: dict[str, Route] = {
        "GET /api/task/info/old": "task_info_unknown",
        "GET /api/task/result/old": Answered({"task-id": "old", "state": "SUCCESS", "result": 3}),
    }
    async with playing("flower", Flower("c"), routes) as played:
        report = await played.link.dialect.job(played.link.ask, "old")
    assert report.job.state is State.COMPLETED
    assert report.detail is not None and report.detail.result == 3


async def test_a_task_that_flower_forgot_keeps_its_name_and_times() -> None:
    id, routes = told("failure")
    routes[f"GET /api/task/info/{id}"] = ["task_info_failure", "task_info_unknown"]
    async with playing("flower", Flower("c"), routes) as played:
        store = Store()
        for at in (1.0, 2.0):
            store.apply(await played.link.dialect.job(played.link.ask, id), at=at)
    job = store.get(JobKey("c", id))
    assert job is not None and (job.type, job.state, job.started_at) == ("tasks.boom", State.FAILED, 1795314384.3101673)


async def test_a_task_that_nobody_knows_is_not_there_whatever_the_status_says() -> None:
    routes: dict[str, Route] = {
        "GET /api/task/info/nope": "task_info_unknown",
        "GET /api/task/result/nope": "task_result_unknown",
    }
    async with playing("flower", Flower("c"), routes) as played:
        with pytest.raises(NotFound):
            await played.link.dialect.job(played.link.ask, "nope")


async def test_the_first_queue_is_the_whole_server_and_a_queue_without_takers_is_paused() -> None:
    routes: dict[str, Route] = {
        "GET /workers": "workers_seen",
        "GET /api/workers": ["workers_refresh", "workers_refresh", "workers_after_cancel_consumer"],
        "GET /api/workers?refresh=1": ["workers_refresh", "workers_after_cancel_consumer"],
        "GET /api/queues/length": ["queues_length", "queues_length_paused_after_refresh"],
    }
    async with playing("flower", Flower("c"), routes) as played:
        whole, default, _, slow = await played.link.dialect.queues(played.link.ask)
        assert len(played.asked) <= 4
        assert (whole.name, whole.depth, whole.workers) == ("", 4, 3)
        assert (default.name, default.paused, default.workers) == ("default", False, 1)
        assert (slow.name, slow.depth, slow.paused) == ("slowlane", 4, False)
        played.forget()
        slow = (await played.link.dialect.queues(played.link.ask))[-1]
        assert len(played.asked) <= 4
        assert (slow.name, slow.depth, slow.paused, slow.workers) == ("slowlane", None, True, 0)


async def test_a_broker_that_tells_no_lengths_leaves_the_depth_open() -> None:
    routes: dict[str, Route] = {"GET /workers": "workers_seen", "GET /api/workers": "workers_refresh"}
    async with playing("flower", Flower("c"), routes) as played:
        whole, default, *_ = await played.link.dialect.queues(played.link.ask)
    assert whole.depth is None and default.depth is None and default.workers == 1


async def test_workers_tell_their_heartbeat_their_queues_and_their_task() -> None:
    async with playing("flower", Flower("c"), ALL) as played:
        workers = {worker.name: worker for worker in await played.link.dialect.workers(played.link.ask)}
        assert len(played.asked) <= 5
    assert workers["w2@vm"].queues == ("slowlane",) and workers["w2@vm"].alive
    assert workers["w3@vm"].alive is False and workers["w3@vm"].state == "offline"
    assert workers["w3@vm"].heartbeat_at is not None
    assert workers["w1@vm"].job is None, "its heartbeat says that it runs nothing"


def wish(action: Action, state: str, id: str = "a/b c") -> Command:
    return Command(key=JobKey("c", id), action=action, seen_native_state=state)


@pytest.mark.parametrize(
    ("state", "query"), [("STARTED", "?terminate=true"), ("PROGRESS", "?terminate=true"), ("RETRY", "")]
)
async def test_only_what_runs_is_terminated(state: str, query: str) -> None:
    routes: dict[str, Route] = {"POST /api/task/revoke/a%2Fb%20c": "act_revoke_queued"}
    async with playing("flower", Flower("c"), routes) as played:
        words = await played.link.dialect.send(played.link.ask, wish(Action.CANCEL, state))
        assert played.asked == [f"POST /api/task/revoke/a%2Fb%20c{query}"]
    assert words.startswith("Revoked")


async def test_a_restart_is_a_new_task_with_the_same_arguments_and_both_know_of_each_other() -> None:
    id, routes = told("failure")
    routes["POST /api/task/async-apply/tasks.boom"] = "act_restart_reapply"
    async with playing("flower", Flower("c"), routes) as played:
        words = await played.link.dialect.send(played.link.ask, wish(Action.RESTART, "FAILURE", id))
        assert played.bodies() == [{"args": [4711], "kwargs": {}, "queue": "default", "parent_id": id}]
        assert isinstance(words, NewJob) and words.id in words
        old = await played.link.dialect.job(played.link.ask, id)
    assert old.detail is not None and old.detail.metrics["restarted as"] == words.id


async def test_a_flower_without_the_task_source_sends_it_by_name() -> None:
    id, routes = told("failure")
    routes["POST /api/task/async-apply/tasks.boom"] = "act_apply_unknown_task"
    routes["POST /api/task/send-task/tasks.boom"] = "act_send_task"
    async with playing("flower", Flower("c"), routes) as played:
        assert isinstance(await played.link.dialect.send(played.link.ask, wish(Action.RESTART, "FAILURE", id)), NewJob)


@pytest.mark.parametrize(
    "args",
    [
        "(<object at 0x7f>,)",
        "[1, ...]",
        "['aaa...']",
        "{1, 2}",
        "(b'x',)",
        "[{1: 2}]",
        "[1e999]",
        "3",
        "((" * 5000,
        "'\\d'",
    ],
)
async def test_arguments_that_cannot_be_read_back_exactly_are_never_sent(args: str) -> None:
    id, routes = told("failure")
    routes[f"GET /api/task/info/{id}"] = Answered({**body("flower", "task_info_failure"), "args": args})
    async with playing("flower", Flower("c"), routes) as played:
        with pytest.raises(Rejected, match="not sent"):
            await played.link.dialect.send(played.link.ask, wish(Action.RESTART, "FAILURE", id))
        assert not played.bodies()


async def test_a_queue_is_paused_and_resumed_on_the_workers_that_took_from_it() -> None:
    routes: dict[str, Route] = {
        "GET /workers": "workers_seen",
        "GET /api/workers": ["workers_refresh", "workers_after_cancel_consumer"],
        "POST /api/worker/queue/cancel-consumer/w2%40vm": "act_queue_cancel_consumer",
        "POST /api/worker/queue/add-consumer/w2%40vm": "act_queue_add_consumer",
    }
    async with playing("flower", Flower("c"), routes) as played:
        dialect, ask = played.link.dialect, played.link.ask
        pause = QueueCommand(server="c", queue="slowlane", action=Action.PAUSE)
        assert await dialect.send_to_queue(ask, pause) == "w2@vm: no longer consuming from slowlane"
        assert played.asked[2:] == [
            "POST /api/worker/queue/cancel-consumer/w2%40vm?queue=slowlane",
            "GET /api/workers?refresh=1&workername=w2%40vm",
        ]
        resume = QueueCommand(server="c", queue="slowlane", action=Action.RESUME)
        assert await dialect.send_to_queue(ask, resume) == "w2@vm: add consumer slowlane"


async def test_a_dead_worker_holds_up_no_pause_and_one_that_refuses_is_named() -> None:
    takes, not_any_more = ({"active_queues": [{"name": name} for name in names]} for names in (["q"], []))
    dead: dict[str, Any] = {"hostname": "dead", "status": False}
    alive: list[dict[str, Any]] = [{"hostname": name, "status": True} for name in ("deaf", "good")]
    path = "POST /api/worker/queue/cancel-consumer"
    routes: dict[str, Route] = {
        "GET /workers": Answered({"data": [dead, *alive]}),
        "GET /api/workers": Answered({"dead": takes, "deaf": takes, "good": takes}),
        f"{path}/deaf": Answered("Failed to cancel 'q' consumer", 403, "text/html"),
        f"{path}/good": Answered({"message": "no longer consuming from q"}),
        "GET /api/queues/length": Answered({"active_queues": []}),
    }
    async with playing("flower", Flower("c"), routes) as played:
        dialect, ask = played.link.dialect, played.link.ask
        said = await dialect.send_to_queue(ask, QueueCommand(server="c", queue="q", action=Action.PAUSE))
        assert said.startswith("good: no longer consuming from q; deaf: ") and "403" in said
        assert not [one for one in played.asked if "/dead" in one]
        for taking, paused in ((("dead", "good"), False), (("dead",), True), ((), True)):
            told = {name: takes if name in taking else not_any_more for name in ("dead", "deaf", "good")}
            played.routes["GET /api/workers"] = Answered(told)
            _, queue = await dialect.queues(ask)
            assert (queue.name, queue.paused) == ("q", paused)
        all_dead = [{**one, "status": False} for one in (dead, *alive)]
        played.routes["GET /workers"] = Answered({"data": all_dead})
        _, queue = await dialect.queues(ask)
        assert (queue.paused, queue.workers) == (False, 0)


async def test_a_queue_that_nobody_takes_from_cannot_be_paused() -> None:
    async with playing("flower", Flower("c"), ALL) as played:
        with pytest.raises(Rejected):
            await played.link.dialect.send_to_queue(
                played.link.ask, QueueCommand(server="c", queue="x", action=Action.PAUSE)
            )


async def test_states_of_a_task_own_can_be_cancelled_once_they_were_met() -> None:
    dialect = Flower("c")
    job = Job(key=JobKey("c", "1"), state=State.RUNNING, native_state="UPLOADING")
    assert dialect.capabilities.refusal(Action.CANCEL, job)
    async with playing("flower", dialect, {"GET /api/tasks": Answered({"1": {"state": "UPLOADING"}})}) as played:
        await page(played)
    assert dialect.capabilities.refusal(Action.CANCEL, job) is None


@pytest.mark.parametrize(
    ("name", "status"), [("readonly_revoke", 403), ("auth_none_401", 401), ("auth_basic_missing", 401)]
)
async def test_a_refusal_is_told_in_the_servers_words(name: str, status: int) -> None:
    async with playing("flower", Flower("c"), {"GET /api/tasks": name}) as played:
        with pytest.raises(Unauthorised) as caught:
            await page(played)
    assert caught.value.status == status


@pytest.mark.parametrize("name", ["task_types", "auth_none_401"])
async def test_it_is_recognised_behind_a_prefix_and_with_a_closed_api(name: str) -> None:
    async with playing("flower", Flower("c"), {"GET /flower/api/task/types": name}, prefix="/flower") as played:
        connection = Connection(ServerSettings(name="c", url=played.link.url))
        try:
            assert (await detect(connection, {"flower": Flower})).name == "flower"
        finally:
            await connection.aclose()


async def test_an_unchanged_answer_comes_by_its_tag() -> None:
    seen: list[str | None] = []
    async with playing("flower", Flower("c"), {"GET /api/task/types": "task_types"}) as played:
        for _ in range(2):
            await played.link.ask(Request(path="api/task/types"))
        seen = [request.headers.get("if-none-match") for request in played.server.received]
    assert seen == [None, recorded("flower", "task_types").headers["etag"]]


LISTED = dict(list(body("flower", "tasks_all").items())[:3])
INFO = body("flower", "task_info_custom_progress_event")


class Fixed:
    """Answers by path, without a network, so that thousands of odd bodies can be tried."""

    def __init__(self, bodies: dict[str, Any]) -> None:
        self.bodies = bodies

    async def __call__(self, request: Request) -> Answer:
        for path, said in self.bodies.items():
            if request.path.startswith(path):
                return Answer(status=200, body=said, url=path, headers={"date": "Sun, 22 Nov 2026 04:20:24 GMT"})
        raise NotFound(request.path)


@given(listed=mutations(LISTED), seen=mutations(body("flower", "workers_seen_lost")))
@patient
def test_a_field_gone_wrong_never_loses_the_others(listed: Any, seen: Any) -> None:
    ask = Fixed({"api/tasks": listed, "workers": seen, "api/workers": seen, "api/queues": seen})
    dialect = Flower("c")
    try:
        found = asyncio.run(dialect.page(ask, None))
    except ServerError:
        assert not isinstance(listed, dict)
        return
    whole = {id for id, task in listed.items() if id and isinstance(task, dict)}
    assert {report.job.id for report in found.reports} == whole
    for question in (dialect.queues, dialect.workers):
        try:
            asyncio.run(question(ask))
        except ServerError:
            continue


@given(
    info=mutations(INFO), result=mutations(body("flower", "task_result_failure")), seen=st.just({"data": [{}, None]})
)
@patient
def test_a_job_is_read_whatever_one_field_holds(info: Any, result: Any, seen: Any) -> None:
    ask = Fixed({"api/task/info": info, "api/task/result": result, "workers": seen})
    try:
        report = asyncio.run(Flower("c").job(ask, "x"))
    except ServerError:
        assert not isinstance(info, dict)
        return
    assert report.job.id == "x"


def test_recorded_answers_are_of_the_requests_that_are_sent() -> None:
    assert capture("flower", "act_revoke_running_terminate")["request"]["path"].endswith("?terminate=true")
