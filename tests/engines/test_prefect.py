"""Prefect, started here: every state is seen right, and every action is really done."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jobdash.model.command import Action, Phase
from jobdash.model.server import Delivery
from jobdash.model.state import State
from tests.engines.installed import python_with
from tests.engines.processes import Processes, free_port, listens
from tests.engines.watching import watching

pytestmark = [pytest.mark.engines, pytest.mark.timeout(900)]

INSTALL = (
    ("prefect==3.8.8", "fastapi<0.151", "whenever>=0.10.5,<0.12"),  # what 3.9.1 runs with
    ("--no-deps", "prefect==3.9.1"),
)


@dataclass
class Prefect:
    """A server with SQLite and a runner that serves flows, with a mix of runs."""

    processes: Processes
    python: Path
    url: str
    ids: dict[str, str]

    def ask(self, *words: str) -> Any:
        """What Prefect's own client says."""
        return json.loads(self.processes.run(self.python, "prefect_app.py", *words))


@contextmanager
def started(folder: Path) -> Iterator[Prefect]:
    """All of it, without a run."""
    python = python_with("prefect", *INSTALL)
    shutil.copy(Path(__file__).parent / "apps" / "prefect_app.py", folder)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {
        "PREFECT_HOME": str(folder),
        "PREFECT_API_URL": f"{url}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLIENT_MAX_RETRIES": "10",  # under load its SQLite answers 503
        "DO_NOT_TRACK": "1",
    }
    processes = Processes(folder, settings)
    try:
        server = ("server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui")
        processes.start("server", python.parent / "prefect", *server)
        processes.wait(lambda: listens(port), "the server does not come up", 120)
        processes.start("runner", python, "prefect_app.py", "serve")
        made = Prefect(processes, python, url, {})
        processes.wait(lambda: made.ask("count") == 6, "the flows are not served", 120)
        yield made
    finally:
        processes.stop()


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefect]:
    with started(tmp_path_factory.mktemp("prefect")) as made:
        made.ids = made.ask("load")
        yield made


async def test_states(prefect: Prefect) -> None:
    ids = prefect.ids
    async with watching("prefect", prefect.url) as seen:
        assert (await seen.shows(ids["success"], State.COMPLETED)).type == "add"
        failed = await seen.shows(ids["failure"], State.FAILED)
        assert "card declined for order 4711" in str(failed.error)
        await seen.shows(ids["scheduled"], State.SCHEDULED)
        await seen.shows(ids["retrying"], State.RETRYING)  # an event tells this, the listing the rest
        retrying = await seen.until(ids["retrying"], lambda job: job.step is not None)
        assert (retrying.attempts, retrying.max_attempts) == (1, 4)
        assert str(retrying.step).startswith("due ")
        running = await seen.until(ids["progress"], lambda job: bool(job.progress))
        assert running.state is State.RUNNING
        await seen.shows(ids["paused"], State.PAUSED)
        detail = await seen.detail(ids["failure"])
        assert "ValueError: card declined for order 4711" in str(detail.traceback)
        await seen.logged(ids["success"], "adding 1 and 2")


async def test_a_run_that_runs_is_cancelled_so_that_it_holds(prefect: Prefect) -> None:
    id = prefect.ids["progress"]
    async with watching("prefect", prefect.url) as seen:
        await seen.shows(id, State.RUNNING)
        await seen.confirmed(id, Action.CANCEL)
        assert prefect.ask("state", id) == "CANCELLED"
    assert "crunch" not in _children(prefect)


async def test_a_suspended_run_is_cancelled(prefect: Prefect) -> None:
    id = prefect.ids["suspended"]
    async with watching("prefect", prefect.url) as seen:
        await seen.until(id, lambda job: job.native_state == "Suspended")
        assert "no infrastructure" in await seen.confirmed(id, Action.CANCEL)
        assert prefect.ask("state", id) == "CANCELLED"


async def test_a_scheduled_run_is_cancelled_and_deleted(prefect: Prefect) -> None:
    id = prefect.ids["scheduled"]
    async with watching("prefect", prefect.url) as seen:
        await seen.shows(id, State.SCHEDULED)
        await seen.confirmed(id, Action.CANCEL)
        assert prefect.ask("state", id) == "CANCELLED"
        await seen.shows(id, State.CANCELLED)
        await seen.confirmed(id, Action.DELETE)
        assert prefect.ask("state", id) == "gone"


async def test_a_run_that_paused_itself_goes_on(prefect: Prefect) -> None:
    id = prefect.ids["paused"]
    async with watching("prefect", prefect.url) as seen:
        await seen.shows(id, State.PAUSED)
        await seen.confirmed(id, Action.RESUME)
        await seen.shows(id, State.COMPLETED)
        assert prefect.ask("state", id) == "COMPLETED"


async def test_a_failed_run_is_restarted_under_its_id(prefect: Prefect) -> None:
    id = prefect.ids["failure"]
    async with watching("prefect", prefect.url) as seen:
        await seen.shows(id, State.FAILED)
        await seen.confirmed(id, Action.RESTART)
        assert (await seen.until(id, lambda job: job.attempts == 2 and job.state.ended)).state is State.FAILED


async def test_states_come_over_the_websocket(prefect: Prefect) -> None:
    pytest.importorskip("websockets", reason="the websockets library is not installed")
    async with watching("prefect", prefect.url) as seen:
        await seen.shows(prefect.ids["failure"], State.FAILED)
        await seen.delivered(Delivery.SOCKET)
        id = prefect.ask("run", "add")
        ended = await seen.shows(id, State.COMPLETED)
        assert seen.monitor.servers()[0].status.delivery is Delivery.SOCKET
        assert (ended.type, prefect.ask("state", id)) == ("add", "COMPLETED")


async def test_a_run_is_submitted_by_the_name_of_its_deployment(prefect: Prefect) -> None:
    async with watching("prefect", prefect.url) as seen:
        id = await seen.submitted(deployment="add/tests", parameters={"x": 20, "y": 22}, tags=["by hand"])
        await seen.shows(id, State.COMPLETED)
        detail = await seen.detail(id)
        assert (detail.data, detail.metrics["tags"]) == ({"x": 20, "y": 22}, ["by hand"])
        assert prefect.ask("state", id) == "COMPLETED"


async def test_a_work_queue_is_paused_and_resumed(prefect: Prefect) -> None:
    assert prefect.ask("pool", "local") == ["default"]
    async with watching("prefect", prefect.url) as seen:
        assert (await seen.queue("local/default")).paused is False
        await seen.send_to_queue("local/default", Action.PAUSE)
        assert prefect.ask("paused", "local") == [True] and (await seen.queue("local/default")).paused
        await seen.send_to_queue("local/default", Action.RESUME)
        assert prefect.ask("paused", "local") == [False] and (await seen.queue("local/default")).paused is False


async def test_what_does_not_hold_is_refused(prefect: Prefect) -> None:
    id = prefect.ids["retrying"]
    async with watching("prefect", prefect.url) as seen:
        await seen.shows(id, State.RETRYING)
        assert (await seen.wish(id, Action.CANCEL)).phase is Phase.REFUSED


async def test_a_run_without_its_runner_is_stuck(prefect: Prefect) -> None:
    async with watching("prefect", prefect.url) as seen:
        again = (await seen.shows(prefect.ids["success"], State.COMPLETED)).id
        prefect.processes.kill("runner")
        await seen.confirmed(again, Action.RESTART)
        stuck = await seen.shows(again, State.STUCK, seconds=180)
        assert "it last asked at" in str(stuck.error)


def _children(prefect: Prefect) -> str:
    """The log of the runner tells of each process it began and ended."""
    log = (prefect.processes.folder / "runner.log").read_text(errors="replace")
    return log.rpartition("cancel")[2]
