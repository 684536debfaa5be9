"""RQ behind rq-dashboard, started here: every state is seen right, and every action is really done."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jobdash.model.command import Action, Phase
from jobdash.model.state import State
from tests.engines.installed import python_with, redis_server
from tests.engines.processes import Processes, free_port, listens
from tests.engines.watching import watching

pytestmark = [pytest.mark.engines, pytest.mark.timeout(900)]


@dataclass
class Rq:
    """A Redis, three workers and an rq-dashboard, with a mix of jobs."""

    processes: Processes
    python: Path
    url: str
    ids: dict[str, str]

    def ask(self, *words: str) -> Any:
        """What RQ's own client says."""
        return json.loads(self.processes.run(self.python, "rq_app.py", *words))


@contextmanager
def started(folder: Path) -> Iterator[Rq]:
    """All of it, without a job."""
    server = redis_server()
    # rq-dashboard imports six and does not require it
    python = python_with("rq", ("rq==3.0.0", "rq-dashboard==0.9.0", "six"))
    shutil.copy(Path(__file__).parent / "apps" / "rq_app.py", folder)
    redis, web = free_port(), free_port()
    address = f"redis://127.0.0.1:{redis}/0"
    processes = Processes(folder, {"JOBDASH_REDIS": address})
    bin = python.parent
    try:
        processes.start("redis", server, "--port", str(redis), "--bind", "127.0.0.1", "--save", "")
        processes.wait(lambda: listens(redis), "Redis does not come up")
        processes.start("dashboard", bin / "rq-dashboard", "-b", "127.0.0.1", "-p", str(web), "-u", address)
        for name, queue in (("w1", "default"), ("w2", "slow"), ("w3", "doomed")):
            processes.start(name, bin / "rq", "worker", "-u", address, "-P", ".", "-n", name, "--with-scheduler", queue)
        processes.wait(lambda: listens(web), "rq-dashboard does not come up")
        yield Rq(processes, python, f"http://127.0.0.1:{web}", {})
    finally:
        processes.stop()


@pytest.fixture(scope="module")
def rq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rq]:
    with started(tmp_path_factory.mktemp("rq")) as made:
        made.ids = made.ask("load")
        yield made


async def test_states(rq: Rq) -> None:
    ids = rq.ids
    async with watching("rq", rq.url) as seen:
        await seen.shows(ids["success"], State.COMPLETED)
        assert (await seen.detail(ids["success"])).result == 3
        assert (await seen.shows(ids["failure"], State.FAILED)).error == "ValueError: card declined for order 4711"
        assert str((await seen.detail(ids["failure"])).traceback).startswith("Traceback")
        await seen.shows(ids["retrying"], State.RETRYING)
        await seen.shows(ids["scheduled"], State.SCHEDULED)
        await seen.shows(ids["raw"], State.COMPLETED)
        await seen.shows(ids["waiting"], State.PENDING)
        await seen.shows(ids["deferred"], State.PENDING)
        await seen.shows(ids["canceled"], State.CANCELLED)
        running = await seen.until(ids["progress"], lambda job: job.fraction is not None)
        assert (running.state, running.worker, running.queue) == (State.RUNNING, "w2", "slow")
        workers = {worker.name: worker for worker in await seen.link.dialect.workers(seen.link.ask)}
        assert workers["w2"].job == ids["progress"] and workers["w1"].alive
        assert (await seen.queue("slow")).running == 1


async def test_what_the_dashboard_cannot_show_in_full_is_told_from_its_listing(rq: Rq) -> None:
    async with watching("rq", rq.url) as seen:
        for name in ("raw", "deferred"):
            await seen.until(rq.ids[name], lambda job: True)
            report = await seen.link.dialect.job(seen.link.ask, rq.ids[name])
            assert report.problems and report.job == seen.job(rq.ids[name])


@pytest.mark.parametrize("name", ["scheduled", "waiting", "retrying"])
async def test_a_job_that_has_not_begun_is_deleted(rq: Rq, name: str) -> None:
    async with watching("rq", rq.url) as seen:
        await seen.until(rq.ids[name], lambda job: not job.state.ended)
        await seen.confirmed(rq.ids[name], Action.CANCEL)
        assert rq.ask("state", rq.ids[name]) == "gone"


async def test_a_failed_job_is_put_back_into_its_queue(rq: Rq) -> None:
    id = rq.ids["failure"]
    async with watching("rq", rq.url) as seen:
        begun = (await seen.shows(id, State.FAILED)).started_at
        await seen.confirmed(id, Action.RESTART)  # though it fails again faster than it can be read
        again = await seen.until(id, lambda job: job.state is State.FAILED and job.started_at != begun)
        assert again.error == "ValueError: card declined for order 4711" and rq.ask("state", id) == "failed"


async def test_a_running_job_is_not_cancelled(rq: Rq) -> None:
    async with watching("rq", rq.url) as seen:
        await seen.shows(rq.ids["progress"], State.RUNNING)
        assert (await seen.wish(rq.ids["progress"], Action.CANCEL)).phase is Phase.REFUSED
        assert rq.ask("state", rq.ids["progress"]) == "started"


async def test_a_finished_job_is_deleted(rq: Rq) -> None:
    async with watching("rq", rq.url) as seen:
        await seen.shows(rq.ids["success"], State.COMPLETED)
        await seen.confirmed(rq.ids["success"], Action.DELETE)
        assert rq.ask("state", rq.ids["success"]) == "gone"


async def test_a_job_of_a_killed_worker_is_stuck_and_says_why(rq: Rq) -> None:
    id = rq.ids["lost"]
    async with watching("rq", rq.url) as seen:
        await seen.shows(id, State.RUNNING)
        rq.processes.kill("w3")
        rq.ask("age", "w3")  # instead of waiting until three heartbeats are missed
        stuck = await seen.shows(id, State.STUCK)
        assert str(stuck.error).startswith("worker w3 is gone since ")
        assert rq.ask("state", id) == "started"
