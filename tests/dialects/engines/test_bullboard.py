"""What bull-board was seen to answer, and what is made of it."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdash.client.connection import Connection
from jobdash.client.detect import detect
from jobdash.client.dialect import Answer, Request
from jobdash.client.settings import ServerSettings
from jobdash.dialects.bullboard.kind import BullBoard
from jobdash.model.command import Action, Command, QueueCommand
from jobdash.model.errors import NotFound, Rejected, ServerError, Unauthorised
from jobdash.model.job import Job, JobKey
from jobdash.model.state import State
from tests.dialects.engines.mutation import mutations, patient
from tests.dialects.engines.replay import Answered, Played, Route, body, playing

LISTS = {
    "mail": ("waiting-children", "delayed", "completed", "failed"),
    "render": ("completed",),
    "parked": ("waiting", "prioritized"),
}


def listing(queue: str, status: str, page: int = 1) -> str:
    return f"GET /api/queues?activeQueue={queue}&status={status}&page={page}&jobsPerPage=200"


EVERYTHING: dict[str, Route] = {
    "GET /api/queues": "queues",
    **{listing(queue, status): f"queues_{queue}_{status}" for queue, held in LISTS.items() for status in held},
}


def queue(
    name: str, jobs: list[Any] | None = None, *, paused: bool = False, workers: bool = True, **counts: int
) -> Any:
    return {"name": name, "counts": counts, "jobs": jobs or [], "isPaused": paused, "hasWorkers": workers}


async def read(name: Route, path: str, **about: Any) -> tuple[Job, Any]:
    id = "/".join(path.split("/")[-2:])
    routes: dict[str, Route] = {
        f"GET /api/queues/{path}": name,
        f"GET /api/queues/{path}/logs": "logs_progress",
        "GET /api/queues": Answered({"queues": [queue(path.split("/", maxsplit=1)[0], **about)]}),
    }
    async with playing("bullboard", BullBoard("b"), routes) as played:
        report = await played.link.dialect.job(played.link.ask, id)
        assert len(played.asked) <= 3
        return report.job, report.detail


async def page(played: Played, cursor: str | None = None) -> dict[str, Job]:
    found = await played.link.dialect.page(played.link.ask, cursor)
    return {report.job.id: report.job for report in found.reports}


async def test_a_page_asks_only_for_what_holds_jobs() -> None:
    async with playing("bullboard", BullBoard("b"), EVERYTHING) as played:
        found = await played.link.dialect.page(played.link.ask, None)
        assert len(played.asked) == 1 + 7
    assert not found.problems and found.next is None
    assert found.total == len(found.reports) == 24
    states = {report.job.id: report.job.state for report in found.reports}
    assert states["mail/2"] is State.FAILED
    assert states["mail/4"] is State.RETRYING
    assert states["mail/6"] is State.SCHEDULED
    assert states["parked/2"] is State.PENDING
    assert states["mail/a/b c%d"] is State.COMPLETED


async def test_while_nothing_moves_a_listing_is_a_look_at_the_counts_and_at_the_failures() -> None:
    async with playing("bullboard", BullBoard("b"), EVERYTHING) as played:
        before = await page(played)
        for walk in range(2, 13):
            played.forget()
            assert await page(played) == before
            assert len(played.asked) == (8 if walk == 7 else 2)


@pytest.mark.parametrize("by_304", [True, False])
async def test_a_later_page_is_read_again_when_the_queue_moved_or_when_it_is_its_turn(by_304: bool) -> None:
    jobs = [{"id": str(n), "name": "nap"} for n in range(300)]
    first = Answered({"queues": [queue("q", jobs[:200], completed=300)]}, headers={"etag": "x"})
    moved = Answered({"queues": [queue("q", [{"id": "new", "name": "nap"}, *jobs[:199]], completed=300)]})
    again = Answered(None, 304, "", {"etag": "x"}) if by_304 else Answered(first.body)
    later = listing("q", "completed", 2)
    routes: dict[str, Route] = {
        "GET /api/queues": Answered({"queues": [queue("q", completed=300)]}),
        listing("q", "completed"): [first, again, moved],
        later: Answered({"queues": [queue("q", jobs[200:], completed=300)]}),
    }
    async with playing("bullboard", BullBoard("b"), routes) as played:
        walks = []
        for _ in range(13):
            played.forget()
            walks.append([await played.link.dialect.page(played.link.ask, cursor) for cursor in (None, "2")])
            assert (later in played.asked) == (len(walks) in (1, 7, 13))
        assert all(page is known for walk in walks[1:12] for page, known in zip(walk, walks[0], strict=True))
        assert walks[12][0] is not walks[0][0]


async def test_of_later_pages_one_is_looked_at_now_and_then_though_the_counts_and_the_newest_stay() -> None:
    jobs = [{"id": str(n), "name": "nap"} for n in range(600)]
    swapped = [*jobs[200:399], {"id": "new", "name": "nap"}]

    def told(jobs: list[Any]) -> Answered:
        return Answered({"queues": [queue("q", jobs, delayed=600)]})

    second, third = listing("q", "delayed", 2), listing("q", "delayed", 3)
    routes: dict[str, Route] = {
        "GET /api/queues": told([]),
        listing("q", "delayed"): told(jobs[:200]),
        second: [told(jobs[200:400]), told(jobs[200:400]), told(swapped)],
        third: told(jobs[400:]),
    }
    async with playing("bullboard", BullBoard("b"), routes) as played:
        walks, asked = [], []
        for _ in range(21):
            played.forget()
            walks.append([id for cursor in (None, "2", "3") for id in await page(played, cursor)])
            asked.append([one for one in (second, third) if one in played.asked])
    read = {walk: which for walk, which in enumerate(asked, 1) if which}
    assert read == {1: [second, third], 7: [second], 13: [third], 19: [second, third]}
    assert all(walk == walks[0] for walk in walks[:18])
    assert all("q/new" in walk and "q/399" not in walk for walk in walks[18:])


async def test_a_job_that_is_not_there_is_not_listed_again_by_a_queue_that_stands_still() -> None:
    jobs = [{"id": "1", "name": "nap"}, {"id": "2", "name": "nap"}]
    after = [{"id": "3", "name": "nap"}, {"id": "2", "name": "nap"}]
    routes: dict[str, Route] = {
        "GET /api/queues": Answered({"queues": [queue("q", delayed=2)]}),
        listing("q", "delayed"): [Answered({"queues": [queue("q", each, delayed=2)]}) for each in (jobs, after)],
        "GET /api/queues/q/1": Answered({"error": {"key": "ERRORS.JOB_NOT_FOUND"}}, 404),
    }
    async with playing("bullboard", BullBoard("b"), routes) as played:
        assert set(await page(played)) == {"q/1", "q/2"}
        with pytest.raises(NotFound):
            await played.link.dialect.job(played.link.ask, "q/1")
        assert set(await page(played)) == {"q/2", "q/3"}


async def test_a_queue_whose_counts_changed_is_read_again_even_when_the_statistics_saw_it_first() -> None:
    job = {"id": "1", "name": "nap"}
    routes: dict[str, Route] = {
        "GET /api/queues": [
            Answered({"queues": [queue("q", waiting=1)]}),
            Answered({"queues": [queue("q", completed=1)]}),
        ],
        listing("q", "waiting"): Answered({"queues": [queue("q", [job], waiting=1)]}),
        listing("q", "completed"): Answered({"queues": [queue("q", [job], completed=1)]}),
    }
    async with playing("bullboard", BullBoard("b"), routes) as played:
        assert (await page(played))["q/1"].state is State.PENDING
        await played.link.dialect.queues(played.link.ask)
        assert (await page(played))["q/1"].state is State.COMPLETED


async def test_a_queue_that_stood_still_does_not_take_back_what_a_job_itself_told() -> None:
    def ended(at: int) -> dict[str, Any]:
        return {"id": "1", "name": "nap", "processedOn": at - 1_000, "finishedOn": at}

    first, again = ended(1_795_317_000_000), ended(1_795_317_600_000)
    routes: dict[str, Route] = {
        "GET /api/queues": Answered({"queues": [queue("q", completed=1)]}),
        listing("q", "completed"): [Answered({"queues": [queue("q", [job], completed=1)]}) for job in (first, again)],
        "GET /api/queues/q/1": [Answered({"job": job, "status": "completed"}) for job in (first, again)],
        "GET /api/queues/q/1/logs": Answered([]),
    }
    async with playing("bullboard", BullBoard("b"), routes) as played:
        dialect, ask = played.link.dialect, played.link.ask
        before = await dialect.page(ask, None)
        await dialect.job(ask, "q/1")
        assert await dialect.page(ask, None) is before, "nothing moved, so it is no news"
        report = await dialect.job(ask, "q/1")
        assert (await page(played))["q/1"].finished_at == report.job.finished_at == 1_795_317_600.0


async def test_long_lists_are_told_page_by_page() -> None:
    jobs = [{"id": str(n)} for n in range(450)]
    counts = queue("q", waiting=450, failed=1)
    routes: dict[str, Route] = {"GET /api/queues": Answered({"queues": [counts]})}
    for n in (1, 2, 3):
        part = queue("q", jobs[(n - 1) * 200 : n * 200], waiting=450, failed=1)
        routes[listing("q", "waiting", n)] = Answered({"queues": [part]})
    routes[listing("q", "failed")] = Answered({"queues": [queue("q", [{"id": "bad"}])]})
    async with playing("bullboard", BullBoard("b"), routes) as played:
        seen: dict[str, Job] = {}
        cursor: str | None = None
        for expected in ("2", "3", None):
            found = await played.link.dialect.page(played.link.ask, cursor)
            seen |= {report.job.id: report.job for report in found.reports}
            cursor = found.next
            assert cursor == expected
    assert len(seen) == 451


async def test_a_queue_may_have_any_name() -> None:
    name = "a/b %41&c"
    asked = queue(name, [{"id": "x/y %2F"}], waiting=1)
    routes: dict[str, Route] = {"GET /api/queues": Answered({"queues": [asked]})}
    async with playing("bullboard", BullBoard("b"), routes) as played:
        (id,) = await page(played)
        query = parse_qs(urlsplit(played.asked[1]).query)
        assert query["activeQueue"] == ["a%2Fb%20%2541%26c"]
        played.forget()
        with pytest.raises(NotFound):
            await played.link.dialect.job(played.link.ask, id)
        assert played.asked == ["GET /api/queues/a%2Fb%20%2541%26c/x%2Fy%20%252F"]


@given(name=st.text(min_size=1), own=st.text(min_size=1))
@patient
def test_ids_come_back_exactly(name: str, own: str) -> None:
    dialect = BullBoard("b")

    async def ask(request: Request) -> Answer:
        if "activeQueue" in request.query:
            return Answer(status=200, body={"queues": [queue(name, [{"id": own}], waiting=1)]}, url="u")
        return Answer(status=200, body={"queues": [queue(name, waiting=1)]}, url="u")

    (report,) = asyncio.run(dialect.page(ask, None)).reports
    wish = Command(key=report.job.key, action=Action.CANCEL, seen_native_state="waiting")
    path = dialect.request_of(wish).path
    assert path.count("/") == 4
    assert (name, own) == (report.job.queue, report.job.id.partition("/")[2])


@pytest.mark.parametrize(
    ("name", "path", "about", "state", "native"),
    [
        ("job_success", "mail/1", {}, State.COMPLETED, "completed"),
        ("job_failure", "mail/2", {}, State.FAILED, "failed"),
        ("job_retrying", "mail/4", {}, State.RETRYING, "delayed"),
        ("job_scheduled", "mail/6", {}, State.SCHEDULED, "delayed"),
        ("job_waiting", "parked/1", {}, State.PENDING, "waiting"),
        ("job_waiting", "parked/1", {"paused": True}, State.PAUSED, "waiting"),
        ("job_parent", "mail/7", {}, State.PENDING, "waiting-children"),
        ("job_active_progress", "render/7", {}, State.RUNNING, "active"),
        ("job_lost", "doomed/1", {"workers": False}, State.STUCK, "active"),
        ("job_stalled_once", "doomed/1", {}, State.RUNNING, "active"),
    ],
)
async def test_the_state_of_a_job(name: str, path: str, about: dict[str, Any], state: State, native: str) -> None:
    job, _ = await read(name, path, **about)
    assert (job.state, job.native_state) == (state, native)


async def test_a_lost_worker_is_told_and_so_is_a_job_that_was_begun_anew() -> None:
    lost, _ = await read("job_lost", "doomed/1", workers=False)
    assert lost.error == "no worker is connected to doomed: the one that had this job is gone"
    again, _ = await read("job_stalled_once", "doomed/1")
    assert again.step == "begun anew after its worker was lost (1 times stalled)"
    assert again.attempts == 2


async def test_progress_is_a_number_or_an_object() -> None:
    job, _ = await read("job_active_progress", "render/1")
    assert job.progress is not None and 0 < job.progress <= 100
    said = {**body("bullboard", "job_active_progress"), "status": "active"}
    said["job"] |= {"progress": {"current": 15, "total": 60, "message": "chunk 15"}}
    job, _ = await read(Answered(said), "render/2")
    assert (job.fraction, job.progress, job.step) == ((15, 60), 25, "chunk 15")


async def test_a_failure_has_its_error_its_stack_its_data_and_its_log() -> None:
    job, detail = await read("job_failure", "mail/2")
    assert job.error == "card declined for order 4711"
    assert detail.traceback.startswith("Error: card declined for order 4711\n    at ")
    assert detail.data == {"order": 4711}
    line = detail.logs[0]
    assert (line.text, line.level) == ("chunk 1/60", "info") and line.at is not None


@pytest.mark.parametrize(
    ("status", "made", "traces", "numbers", "last"),
    [
        ("failed", 3, 3, [1, 2, 3], State.FAILED),
        ("failed", 30, 2, [29, 30], State.FAILED),
        ("delayed", 1, 1, [1], State.FAILED),
        ("active", 1, 1, [1, 2], State.RUNNING),
        ("completed", 3, 2, [1, 2, 3], State.COMPLETED),
        ("completed", 1, 0, [], None),
        ("failed", 1, 3, [None, None, None], State.FAILED),
    ],
)
async def test_every_attempt_is_told_from_its_stack(
    status: str, made: int, traces: int, numbers: list[int | None], last: State | None
) -> None:
    stacks = [f"Error: number {number}\n    at run (/app/w.js:{number}:2)" for number in range(traces, 0, -1)]
    said = {"id": "2", "name": "boom", "attempts": made, "stacktrace": stacks, "processedOn": 1_795_315_125_000}
    said |= {"finishedOn": 1_795_315_126_000} if status in ("failed", "completed") else {}
    _, detail = await read(Answered({"job": said, "status": status}), "mail/2")
    assert [attempt.number for attempt in detail.attempts] == numbers
    assert [attempt.error for attempt in detail.attempts[:traces]] == [f"Error: number {n + 1}" for n in range(traces)]
    assert detail.traceback == (stacks[0] if stacks else None)
    if detail.attempts:
        assert detail.attempts[-1].state is last and (detail.attempts[-1].finished_at is not None) == (
            status in ("failed", "completed")
        )


async def test_the_first_queue_is_the_whole_server() -> None:
    async with playing("bullboard", BullBoard("b"), EVERYTHING) as played:
        whole, mail, _, parked, doomed = await played.link.dialect.queues(played.link.ask)
        assert len(played.asked) == 1
    assert (whole.name, whole.total, whole.failed) == ("", 24, 2)
    assert (mail.name, mail.scheduled, mail.completed, mail.paused) == ("mail", 4, 8, False)
    assert (parked.depth, parked.workers, parked.health) == (3, 0, "no worker is connected")
    assert mail.workers is None, "bull-board does not count them"
    assert doomed.depth == 0


async def test_workers_are_told_with_their_queue() -> None:
    routes = {**EVERYTHING, "GET /api/queues/mail/workers": "workers"}
    routes |= {f"GET /api/queues/{name}/workers": "workers_lost" for name in ("render", "parked", "doomed")}
    async with playing("bullboard", BullBoard("b"), routes) as played:
        (worker,) = await played.link.dialect.workers(played.link.ask)
        assert len(played.asked) == 1 + 4
    assert (worker.name, worker.queues, worker.alive) == ("w-mail", ("mail",), True)


def wish(action: Action, id: str) -> Command:
    return Command(key=JobKey("b", id), action=action, seen_native_state="x")


@pytest.mark.parametrize(
    ("action", "verb", "name"),
    [
        (Action.CANCEL, "clean", "act_clean_waiting"),
        (Action.DELETE, "clean", "act_clean_waiting"),
        (Action.RESTART, "retry", "act_retry_failed"),
        (Action.RESUME, "promote", "act_promote_scheduled"),
    ],
)
async def test_each_action_is_one_request(action: Action, verb: str, name: str) -> None:
    routes: dict[str, Route] = {f"PUT /api/queues/mail/a%2Fb%20c%25d/{verb}": name}
    async with playing("bullboard", BullBoard("b"), routes) as played:
        await played.link.dialect.send(played.link.ask, wish(action, "mail/a/b c%d"))
        assert played.asked == list(routes)


@pytest.mark.parametrize(
    ("action", "verb", "name", "words"),
    [
        (Action.CANCEL, "clean", "act_clean_active", "job is active"),
        (Action.RESTART, "retry", "act_retry_active", "job not retriable"),
        (Action.RESTART, "retry", "readonly_retry", "queue read only"),
        (Action.RESUME, "promote", "act_promote_bad", "Job 1 is not in the delayed state"),
    ],
)
async def test_a_no_is_a_no(action: Action, verb: str, name: str, words: str) -> None:
    async with playing("bullboard", BullBoard("b"), {f"PUT /api/queues/mail/1/{verb}": name}) as played:
        with pytest.raises(Rejected, match=words):
            await played.link.dialect.send(played.link.ask, wish(action, "mail/1"))


def test_a_running_job_cannot_be_cancelled_and_a_waiting_one_not_restarted() -> None:
    able = BullBoard("b").capabilities
    running = Job(key=JobKey("b", "q/1"), state=State.RUNNING, native_state="active")
    assert able.refusal(Action.CANCEL, running) and able.refusal(Action.RESTART, running)
    assert able.refusal(Action.PAUSE, running)


async def test_a_queue_is_paused_and_resumed() -> None:
    routes: dict[str, Route] = {
        "PUT /api/queues/mail/pause": "act_pause_queue",
        "PUT /api/queues/mail/resume": "act_pause_queue",
    }
    async with playing("bullboard", BullBoard("b"), routes) as played:
        for action in (Action.PAUSE, Action.RESUME):
            await played.link.dialect.send_to_queue(
                played.link.ask, QueueCommand(server="b", queue="mail", action=action)
            )
        assert played.asked == list(routes)


@pytest.mark.parametrize("id", ["1", "mail/", "/1", ""])
async def test_an_id_without_a_queue_is_not_there(id: str) -> None:
    async with playing("bullboard", BullBoard("b"), EVERYTHING) as played:
        with pytest.raises(NotFound):
            await played.link.dialect.job(played.link.ask, id)


async def test_a_job_that_is_gone_is_not_there() -> None:
    async with playing("bullboard", BullBoard("b"), {"GET /api/queues/mail/zzz": "job_unknown"}) as played:
        with pytest.raises(NotFound, match="job not found"):
            await played.link.dialect.job(played.link.ask, "mail/zzz")


async def test_credentials_are_asked_for() -> None:
    async with playing("bullboard", BullBoard("b"), {"GET /api/queues": "auth_missing"}) as played:
        with pytest.raises(Unauthorised):
            await page(played)


async def test_it_is_recognised_behind_a_prefix() -> None:
    async with playing("bullboard", BullBoard("b"), {"GET /admin/q/api/queues": "queues"}, prefix="/admin/q") as played:
        connection = Connection(ServerSettings(name="b", url=played.link.url))
        try:
            assert (await detect(connection, {"bullboard": BullBoard})).name == "bullboard"
        finally:
            await connection.aclose()


@given(listed=mutations(body("bullboard", "queues_mail_delayed")))
@patient
def test_a_field_gone_wrong_never_loses_the_others(listed: Any) -> None:
    counts = body("bullboard", "queues")

    async def ask(request: Request) -> Answer:
        return Answer(status=200, body=listed if "activeQueue" in request.query else counts, url="api/queues")

    dialect = BullBoard("b")
    try:
        found = asyncio.run(dialect.page(ask, None))
    except ServerError:
        return
    for report in found.reports:
        assert report.job.id.partition("/")[2]
    try:
        asyncio.run(dialect.workers(ask))
    except ServerError:
        return


@given(told=mutations(body("bullboard", "job_active_progress")), queues=mutations(body("bullboard", "queues")))
@patient
def test_a_job_is_read_whatever_one_field_holds(told: Any, queues: Any) -> None:
    async def ask(request: Request) -> Answer:
        answers = {"api/queues": queues, "api/queues/render/2": told, "api/queues/render/2/logs": [1, "x", None]}
        return Answer(status=200, body=answers[request.path], url=request.path)

    dialect = BullBoard("b")
    try:
        assert asyncio.run(dialect.job(ask, "render/2")).job.id == "render/2"
        asyncio.run(dialect.queues(ask))
    except ServerError:
        return
