"""Two engines and a documented API on one screen at once, each found out by asking it."""

from pathlib import Path

import pytest

from jobdash.cli.wire import link_to
from jobdash.client.settings import ServerSettings
from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from jobdash.model.state import State
from jobdash.tui.app import JobdashApp
from tests.demo_process import DemoProcess
from tests.engines import test_bullmq, test_celery
from tests.screen_text import shows

pytestmark = [pytest.mark.engines, pytest.mark.timeout(900)]


def watched(name: str, url: str) -> Watched:
    return Watched(link=link_to(ServerSettings(name=name, url=url)), limits=Limits(poll=0.5, statistics=1, rate=50))


async def test_two_engines_and_a_documented_api(tmp_path: Path) -> None:
    (tmp_path / "celery").mkdir()
    (tmp_path / "bullmq").mkdir()
    with (
        test_celery.started(tmp_path / "celery") as celery,
        test_bullmq.started(tmp_path / "bullmq") as bullmq,
        DemoProcess() as demo,
    ):
        tasks, jobs = celery.ask("load"), bullmq.ask("load")
        crawl = demo.submit("jobstatus", "count-words", gate="held", package="json", count=4)
        servers = [
            watched("tasks", celery.url),
            watched("boards", bullmq.url),
            watched("crawl", demo.urls["jobstatus"]),
        ]
        monitor = Monitor(servers)
        async with JobdashApp(monitor).run_test(size=(160, 50), notifications=True) as pilot:
            await shows(pilot, tasks["failure"][-8:], crawl[-8:], "render/1", "crunch", seconds=60)
            demo.control("POST", f"/step/{crawl}?n=2")
            await shows(pilot, "50%")
            assert [server.kind for server in monitor.servers()] == ["flower", "bullboard", "jobstatus"]
            for server in monitor.servers()[:2]:
                assert {State.RUNNING, State.FAILED, State.COMPLETED, State.RETRYING} <= set(server.counts)
            bullmq.ask("load")
            celery.processes.kill("flower")
            await shows(pilot, "refused", seconds=60)
            assert monitor.total() > len(tasks) + len(jobs)
