"""BullMQ behind bull-board, started here: every state is seen right, and every action is really done."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from jobdash.model.command import Action, Phase
from jobdash.model.state import State
from tests.engines.installed import node_with, redis_server
from tests.engines.processes import Processes, free_port, listens
from tests.engines.watching import watching

pytestmark = [pytest.mark.engines, pytest.mark.timeout(900)]
PACKAGES = (
    "bullmq@6.7.0",
    "ioredis@6",
    "express@5",
    "@bull-board/api@9.10.1",
    "@bull-board/ui@9.10.1",
    "@bull-board/express@9.10.1",
)


@dataclass
class BullMq:
    """A Redis, two workers and a bull-board behind a prefix, with a mix of jobs."""

    processes: Processes
    scripts: Path
    redis: int
    url: str
    ids: dict[str, str]

    def ask(self, *words: str) -> Any:
        """What BullMQ's own client says."""
        return json.loads(self.processes.run("node", self.scripts / "client.mjs", str(self.redis), *words))

    def state(self, id: str) -> Any:
        """The state of a job by its id here."""
        queue, _, own = id.partition("/")
        return self.ask("state", unquote(queue), own)


@contextmanager
def started(folder: Path) -> Iterator[BullMq]:
    """All of it, without a job."""
    server = redis_server()
    scripts = node_with("bullmq", Path(__file__).parent / "apps", *PACKAGES)
    redis, web = free_port(), free_port()
    processes = Processes(folder, {})
    try:
        processes.start("redis", server, "--port", str(redis), "--bind", "127.0.0.1", "--save", "")
        processes.wait(lambda: listens(redis), "Redis does not come up")
        processes.start("board", "node", scripts / "board.mjs", str(web), str(redis))
        processes.start("worker", "node", scripts / "worker.mjs", str(redis), "mail", "render")
        processes.start("doomed", "node", scripts / "worker.mjs", str(redis), "doomed")
        processes.wait(lambda: listens(web), "bull-board does not come up")
        yield BullMq(processes, scripts, redis, f"http://127.0.0.1:{web}/admin", {})
    finally:
        processes.stop()


@pytest.fixture(scope="module")
def bullmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BullMq]:
    with started(tmp_path_factory.mktemp("bullmq")) as made:
        made.ids = made.ask("load")
        yield made


async def test_states(bullmq: BullMq) -> None:
    ids = bullmq.ids
    async with watching("bullboard", bullmq.url) as seen:
        await seen.shows(ids["success"], State.COMPLETED)
        assert (await seen.detail(ids["success"])).result == 3
        assert (await seen.shows(ids["failure"], State.FAILED)).error == "card declined for order 4711"
        assert str((await seen.detail(ids["failure"])).traceback).startswith("Error: card declined for order 4711\n")
        retrying = await seen.shows(ids["retrying"], State.RETRYING)
        assert (retrying.attempts, retrying.max_attempts) == (1, 5)
        assert str((await seen.shows(ids["scheduled"], State.SCHEDULED)).step).startswith("due ")
        await seen.shows(ids["odd"], State.COMPLETED)
        await seen.shows(ids["waiting"], State.PENDING)
        running = await seen.until(ids["progress"], lambda job: job.progress is not None)
        assert running.state is State.RUNNING and str(running.step).startswith("chunk ")
        logs = (await seen.detail(ids["progress"])).logs
        assert logs[0].text == "chunk 1" and logs[0].level == "info" and logs[0].at is not None
        workers = await seen.link.dialect.workers(seen.link.ask)
        assert {worker.name: worker.job for worker in workers}["w-render"] == ids["progress"]
        listed = (await seen.link.dialect.page(seen.link.ask, None)).reports
        names = {report.job.id for report in listed if report.job.state is State.SCHEDULED}
        assert any(name.startswith("mail/repeat:nightly:") for name in names)


@pytest.mark.parametrize("name", ["scheduled", "retrying", "waiting"])
async def test_a_job_that_has_not_begun_is_removed(bullmq: BullMq, name: str) -> None:
    id = bullmq.ids[name]
    async with watching("bullboard", bullmq.url) as seen:
        await seen.until(id, lambda job: not job.state.ended)
        await seen.confirmed(id, Action.CANCEL)
        assert bullmq.state(id) == "unknown"


async def test_a_parent_is_removed_with_its_children_and_the_dialog_says_so(bullmq: BullMq) -> None:
    parent, child = bullmq.ask("flow")
    async with watching("bullboard", bullmq.url) as seen:
        await seen.until(parent, lambda job: job.step == "waits for its children")
        assert "its children" in str(seen.link.dialect.capabilities.actions[Action.CANCEL].note)
        await seen.confirmed(parent, Action.CANCEL)
        assert bullmq.state(parent) == bullmq.state(child) == "unknown"


async def test_a_delayed_job_is_promoted(bullmq: BullMq) -> None:
    id = bullmq.ids["promoted"]
    async with watching("bullboard", bullmq.url) as seen:
        await seen.shows(id, State.SCHEDULED)
        await seen.confirmed(id, Action.RESUME)
        await seen.shows(id, State.COMPLETED)
        assert bullmq.state(id) == "completed"


async def test_a_failed_job_is_restarted_though_it_fails_again(bullmq: BullMq) -> None:
    id = bullmq.ids["failure"]
    async with watching("bullboard", bullmq.url) as seen:
        await seen.shows(id, State.FAILED)
        await seen.confirmed(id, Action.RESTART)
        assert (await seen.until(id, lambda job: job.attempts == 2)).state is State.FAILED


async def test_a_finished_job_is_deleted_whatever_its_id(bullmq: BullMq) -> None:
    id = bullmq.ids["odd"]
    async with watching("bullboard", bullmq.url) as seen:
        await seen.shows(id, State.COMPLETED)
        await seen.confirmed(id, Action.DELETE)
        assert bullmq.state(id) == "unknown"


async def test_a_job_that_runs_is_left_alone(bullmq: BullMq) -> None:
    id = bullmq.ids["progress"]
    async with watching("bullboard", bullmq.url) as seen:
        await seen.shows(id, State.RUNNING)
        assert (await seen.wish(id, Action.CANCEL)).phase is Phase.REFUSED
        assert bullmq.state(id) == "active"


async def test_a_job_is_submitted(bullmq: BullMq) -> None:
    async with watching("bullboard", bullmq.url) as seen:
        id = await seen.submitted(queue="mail", name="add", data={"x": 20, "y": 22})
        await seen.shows(id, State.COMPLETED)
        assert (await seen.detail(id)).result == 42
        assert bullmq.state(id) == "completed"
        later = await seen.submitted(queue="mail", name="add", delay=3_600_000, jobId="my/own id")
        await seen.shows(later, State.SCHEDULED)
        assert bullmq.state(later) == "delayed"


async def test_a_queue_is_paused_and_resumed(bullmq: BullMq) -> None:
    async with watching("bullboard", bullmq.url) as seen:
        await seen.send_to_queue("parked", Action.PAUSE)
        assert bullmq.ask("paused", "parked") and (await seen.queue("parked")).paused
        await seen.send_to_queue("parked", Action.RESUME)
        assert not bullmq.ask("paused", "parked") and (await seen.queue("parked")).paused is False


async def test_a_job_of_a_killed_worker_is_stuck_and_says_why(bullmq: BullMq) -> None:
    id = bullmq.ids["lost"]
    async with watching("bullboard", bullmq.url) as seen:
        await seen.shows(id, State.RUNNING)
        bullmq.processes.kill("doomed")
        stuck = await seen.shows(id, State.STUCK)
        assert stuck.error == "no worker is connected to doomed: the one that had this job is gone"
        assert bullmq.state(id) == "active"
