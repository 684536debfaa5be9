"""Celery behind Flower, started here: every state is seen right, and every action is really done."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jobdash.cli.wire import link_to
from jobdash.client.auth import Auth
from jobdash.client.secret import Literal, Secret
from jobdash.client.settings import ServerSettings
from jobdash.model.command import Action, Command, Phase
from jobdash.model.errors import Unauthorised
from jobdash.model.job import JobKey
from jobdash.model.state import State
from tests.engines.installed import python_with, redis_server
from tests.engines.processes import Processes, free_port, listens
from tests.engines.watching import watching

pytestmark = [pytest.mark.engines, pytest.mark.timeout(900)]
APPS = Path(__file__).parent / "apps"


@dataclass
class Celery:
    """A broker, three workers and a Flower, with a mix of tasks."""

    processes: Processes
    python: Path
    url: str
    ids: dict[str, str]

    def ask(self, *words: str) -> Any:
        """What Celery's own client says."""
        return json.loads(self.processes.run(self.python, "celery_app.py", *words))

    def work(self, name: str, queue: str, slots: int) -> None:
        """Starts a worker, or one of the same name anew."""
        celery = (self.python, "-m", "celery", "-A", "celery_app", "worker")
        self.processes.start(name, *celery, "-n", f"{name}@%h", "-Q", queue, "-c", str(slots), "-E")


@contextmanager
def started(folder: Path) -> Iterator[Celery]:
    """All of it, without a task."""
    redis = redis_server()
    python = python_with("celery", ("celery[redis]==5.7.0", "flower==2.2.0"))
    shutil.copy(APPS / "celery_app.py", folder)
    port, web = free_port(), free_port()
    processes = Processes(folder, {"JOBDASH_REDIS": f"redis://127.0.0.1:{port}", "FLOWER_UNAUTHENTICATED_API": "true"})
    celery = (python, "-m", "celery", "-A", "celery_app")
    try:
        processes.start("redis", redis, "--port", str(port), "--bind", "127.0.0.1", "--save", "")
        processes.wait(lambda: listens(port), "Redis does not come up")
        processes.start("flower", *celery, "flower", "--address=127.0.0.1", f"--port={web}")
        made = Celery(processes, python, f"http://127.0.0.1:{web}", {})
        for name, queue, slots in (("w1", "default", 2), ("w2", "slow", 1), ("w3", "doomed", 1)):
            made.work(name, queue, slots)
        processes.wait(lambda: listens(web), "Flower does not come up")
        processes.wait(lambda: all(made.ask("takers", queue) for queue in ("default", "slow", "doomed")), "no workers")
        yield made
    finally:
        processes.stop()


@pytest.fixture(scope="module")
def celery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Celery]:
    with started(tmp_path_factory.mktemp("celery")) as made:
        made.ids = made.ask("load")
        yield made


async def test_states(celery: Celery) -> None:
    ids = celery.ids
    async with watching("flower", celery.url) as seen:
        assert (await seen.shows(ids["success"], State.COMPLETED)).queue == "default"
        failed = await seen.shows(ids["failure"], State.FAILED)
        assert failed.error == "ValueError('card declined for order 4711')"
        assert "card declined" in str((await seen.detail(ids["failure"])).traceback)
        assert (await seen.detail(ids["success"])).result == 3
        running = await seen.until(ids["progress"], lambda job: job.progress is not None)
        assert running.state is State.RUNNING and running.fraction is not None and running.fraction[1] == 3000
        assert (await seen.shows(ids["retrying"], State.RETRYING)).attempts == 1
        assert str((await seen.shows(ids["scheduled"], State.SCHEDULED)).step).startswith("due ")
        await seen.shows(ids["busy"], State.RUNNING)
        await seen.shows(ids["waiting"], State.PENDING)
        workers = await seen.link.dialect.workers(seen.link.ask)
        assert len(workers) == 3 and all(worker.alive for worker in workers)
        assert {worker.queues for worker in workers} == {("default",), ("slow",), ("doomed",)}
        assert (await seen.queue("slow")).paused is False


async def test_a_task_that_waits_for_its_time_is_cancelled(celery: Celery) -> None:
    id = celery.ids["scheduled"]
    async with watching("flower", celery.url) as seen:
        await seen.shows(id, State.SCHEDULED)
        await seen.confirmed(id, Action.CANCEL)
        assert celery.ask("state", id)["state"] == "REVOKED"
        await seen.shows(id, State.CANCELLED)


async def test_a_task_that_runs_is_cancelled(celery: Celery) -> None:
    id = celery.ids["progress"]
    assert celery.ask("state", id)["running"]
    async with watching("flower", celery.url) as seen:
        await seen.until(id, lambda job: job.native_state == "PROGRESS")
        await seen.confirmed(id, Action.CANCEL)
        assert celery.ask("state", id) == {"state": "REVOKED", "running": False}


async def test_a_task_that_waits_for_its_retry_is_cancelled(celery: Celery) -> None:
    id = celery.ids["retrying"]
    async with watching("flower", celery.url) as seen:
        await seen.shows(id, State.RETRYING)
        await seen.confirmed(id, Action.CANCEL)
        assert celery.ask("state", id)["state"] == "REVOKED"


async def test_a_restart_is_a_new_task(celery: Celery) -> None:
    id = celery.ids["failure"]
    async with watching("flower", celery.url) as seen:
        await seen.shows(id, State.FAILED)
        words = await seen.confirmed(id, Action.RESTART)
        new = words.removeprefix("sent again as ").partition(";")[0]
        assert new != id and celery.ask("state", new)["state"] == "FAILURE"
        assert (await seen.detail(id)).metrics["restarted as"] == new
        assert (await seen.detail(new)).data == {"args": "[4711]", "kwargs": "{}"}
    async with watching("flower", celery.url) as later:
        assert (await later.detail(new)).metrics["parent"] == id
        assert (await later.detail(id)).metrics["children"] == [new]


async def test_a_task_is_submitted(celery: Celery) -> None:
    async with watching("flower", celery.url) as seen:
        id = await seen.submitted(task="add", args=[20, 22])
        assert (await seen.shows(id, State.COMPLETED)).type == "add"
        assert (await seen.detail(id)).result == 42
        assert celery.ask("state", id)["state"] == "SUCCESS"
        later = await seen.submitted(task="add", args=[1, 1], countdown=3600)
        await seen.shows(later, State.SCHEDULED)


async def test_a_queue_is_paused_and_resumed(celery: Celery) -> None:
    async with watching("flower", celery.url) as seen:
        await seen.queue("slow")
        await seen.send_to_queue("slow", Action.PAUSE)
        assert celery.ask("takers", "slow") == []
        assert (await seen.queue("slow")).paused
        await seen.send_to_queue("slow", Action.RESUME)
        assert len(celery.ask("takers", "slow")) == 1
        assert (await seen.queue("slow")).paused is False


async def test_a_flower_with_a_password_behind_a_prefix_that_changes_nothing(celery: Celery) -> None:
    port = free_port()
    flower = (celery.python, "-m", "celery", "-A", "celery_app", "flower", "--address=127.0.0.1", f"--port={port}")
    celery.processes.start("locked", *flower, "--basic-auth=ops:geheim", "--url-prefix=flower", "--read-only")
    celery.processes.wait(lambda: listens(port), "the second Flower does not come up")
    url = f"http://127.0.0.1:{port}/flower"
    stranger = link_to(ServerSettings(name="locked", url=url))
    with pytest.raises(Unauthorised):
        await stranger.ready()
        await stranger.dialect.queues(stranger.ask)
    await stranger.aclose()
    link = link_to(ServerSettings(name="locked", url=url, auth=Auth.basic("ops", Literal(Secret("geheim")))))
    await link.ready()
    assert link.kind == "flower" and (await link.dialect.page(link.ask, None)).problems == ()
    command = Command(key=JobKey("locked", "x"), action=Action.CANCEL, seen_native_state="STARTED")
    with pytest.raises(Unauthorised):
        await link.dialect.send(link.ask, command)
    await link.aclose()
    celery.processes.kill("locked")


async def test_what_is_no_longer_true_is_not_sent(celery: Celery) -> None:
    async with watching("flower", celery.url) as seen:
        await seen.shows(celery.ids["success"], State.COMPLETED)
        assert (await seen.wish(celery.ids["success"], Action.CANCEL)).phase is Phase.REFUSED


async def test_a_task_of_a_killed_worker_is_stuck_and_says_why(celery: Celery) -> None:
    id = celery.ids["lost"]
    async with watching("flower", celery.url) as seen:
        await seen.shows(id, State.RUNNING)
        celery.processes.kill("w3")
        stuck = await seen.shows(id, State.STUCK)
        assert str(stuck.error).startswith("worker w3@") and " is gone since " in str(stuck.error)
        assert celery.ask("state", id)["state"] == "STARTED"
        celery.work("w3", "doomed", 1)
        anew = await seen.until(id, lambda job: " was started anew after " in str(job.error))
        assert anew.state is State.STUCK
    async with watching("flower", celery.url) as later:
        assert str((await later.shows(id, State.STUCK)).error).endswith(
            " runs nothing: it was started anew, or the task raised Ignore"
        )
