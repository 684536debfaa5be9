"""FileLens: preview jobs, polled; their results are files for a limited time."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from jobdash.client.registry import Registry
from jobdash.demo.queues import default_queue
from jobdash.dialects.mapping.load import load_mapping
from jobdash.engine.once import Once
from jobdash.engine.submission import submitted
from jobdash.model.errors import Rejected
from jobdash.model.job import JobKey
from jobdash.model.state import State
from jobdash.tui.presentation.states import STATES
from tests.behaviours.answers import by_path, in_turn
from tests.behaviours.conftest import NAME, Show, Watch, link, told
from tests.behaviours.waits import NoWaits
from tests.cli.conftest import Cli
from tests.client.scripted import Peer, Received, answer, serving
from tests.demo_process import DemoProcess
from tests.faults.fast_clock import FastClock
from tests.screen_text import hides, shows

PREVIEW = {"input": "textwrap.py", "output_format": "html"}


def preview(demo: DemoProcess, **more: object) -> str:
    return demo.submit("filelens", "preview-document", **{**PREVIEW, **more})  # type: ignore[arg-type]


async def test_f1_each_state_has_its_own_look(demo: DemoProcess, show: Show) -> None:
    done, failed = preview(demo), preview(demo, input="no-such-file")
    demo.wait_state(done, "completed")
    demo.wait_state(failed, "failed")
    still, *_ = [preview(demo, gate="held") for _ in range(default_queue("filelens").workers)]
    demo.wait_state(still, "running")
    waiting = preview(demo)
    async with show("filelens", waiting, still, done, failed) as (pilot, _):
        await shows(pilot, "◌ pending", "▶ running", "✔ completed", "✖ failed")
    looks = [STATES[state].style for state in (State.PENDING, State.RUNNING, State.COMPLETED, State.FAILED)]
    assert looks == ["job-pending", "job-running", "job-completed", "job-failed"]


async def test_f2_every_field_of_a_status_is_read(demo: DemoProcess, watch: Watch) -> None:
    id = preview(demo)
    demo.wait_state(id, "completed")
    async with watch("filelens", id) as watching:
        job = await watching.becomes(id, State.COMPLETED)
        assert job.step == "Preview generation completed"
        assert job.results
        assert all(url.startswith(f"/files/{id}/") for url in job.results)
        assert (await watching.looked_at(id)).metrics == {"total pages": len(job.results)}
    async with (
        serving(in_turn({"job_id": "j", "status": "processing", "message": "page 1"})) as server,
        watch("filelens", "j", about={"url": server.url}) as watching,
    ):
        job = await watching.becomes("j", State.RUNNING)
        assert (job.progress, job.step, job.results) == (0, "page 1", ())


@pytest.mark.usefixtures("config")
def test_f3_a_submission_gives_an_id_and_a_no_gives_its_message(cli: Cli, demo: DemoProcess) -> None:
    ran = cli("submit", "previews", "input=textwrap.py", "output_format=txt")
    assert ran.code == 0, ran
    id = ran.lines[0].partition("/")[2]
    assert demo.job(id)["kind"] == "preview-document"
    refused = cli("submit", "previews", "input=textwrap.py", "output_format=docx", "--retries", "0")
    assert refused.code == 1
    assert "Unsupported output format: docx" in refused.err


WORKING = {"job_id": "j", "status": "processing", "progress": 40, "message": "rendering page 4"}


async def test_f4_its_bar_and_message_are_shown(demo: DemoProcess, show: Show) -> None:
    async with (
        serving(in_turn(WORKING)) as server,
        show("filelens", "j", limits={}, about={"url": server.url}) as (pilot, _),
    ):
        await shows(pilot, "POLL 2s", "40%", "rendering page 4")


async def test_f4_it_is_polled_every_two_seconds(watch: Watch) -> None:
    clock, asked = FastClock(), list[float]()

    async def script(request: Received, peer: Peer) -> None:
        asked.append(clock.monotonic())
        await peer.send(answer(json.dumps(WORKING)))

    async with (
        serving(script) as server,
        watch("filelens", "j", limits={}, about={"url": server.url}, clock=clock) as watching,
    ):
        await watching.until(lambda: len(asked) == 6)
    assert min(later - earlier for earlier, later in pairwise(asked)) >= 2


async def test_f5_a_deadline_marks_a_job_overdue_and_watching_goes_on(demo: DemoProcess, show: Show) -> None:
    assert Registry(load_mapping).make("filelens", NAME).deadline == 300
    id = preview(demo, gate="held")
    async with show("filelens", id, limits={"poll": 0.1, "deadline": 0.5}) as (pilot, monitor):
        await shows(pilot, "taking longer than")
        assert (job := monitor.job(JobKey(NAME, id))) is not None
        assert job.overdue
        await told(demo, "POST", f"/finish/{id}")
        await shows(pilot, "✔ completed")


async def test_f6_results_are_listed_with_their_age_and_downloaded(
    demo: DemoProcess, show: Show, tmp_path: Path
) -> None:
    id = preview(demo, input="this.py", output_format="png")
    demo.wait_state(id, "completed")
    async with show("filelens", id) as (pilot, monitor):
        text = await shows(pilot, "results", "page-001.png", "made", "total pages")
        assert "ago" in text or "now" in text
        await pilot.press("d")
        await shows(pilot, "Download 1 result of")
        folder = tmp_path / "previews"
        await pilot.press("end", "ctrl+u", *str(folder), "enter", "enter")
        await shows(pilot, "1 of 1 results is in")
        saved = list(folder.iterdir())
        assert [path.stat().st_size > 0 for path in saved] == [True]
        await pilot.press("d")
        await shows(pilot, "Download 1 result of")
        await pilot.press("end", "ctrl+u", *str(folder), "enter", "enter")
        await shows(pilot, "is there already")
        await told(demo, "POST", f"/expire/{id}")
        monitor.downloads.start(JobKey(NAME, id), folder, force=True)
        await shows(pilot, "the result is gone")
        assert monitor.downloads.results(JobKey(NAME, id)).downloads[0].gone


async def test_f7_many_jobs_with_names_of_our_own(demo: DemoProcess, watch: Watch) -> None:
    done, held, bad = preview(demo), preview(demo, gate="held"), preview(demo, input="no-such-file")
    demo.wait_state(done, "completed")
    demo.wait_state(bad, "failed")
    demo.wait_state(held, "running")
    async with watch("filelens") as watching:
        watching.monitor.track(NAME, [done, held, bad, "no-such-job"], {held: "Document 2"}, {held: "high"})
        await watching.becomes(held, State.RUNNING)
        await watching.becomes(bad, State.FAILED)
        await watching.becomes(done, State.COMPLETED)
        assert (watching.known(held).label, watching.known(held).priority) == ("Document 2", "high")
        await watching.until(lambda: watching.monitor.is_gone(JobKey(NAME, "no-such-job")))
        counts = watching.monitor.servers()[0].counts
        assert (counts[State.RUNNING], counts[State.COMPLETED], counts[State.FAILED]) == (1, 1, 1)
        await told(demo, "POST", f"/finish/{held}")
        await watching.becomes(held, State.COMPLETED)


async def test_f7_only_a_job_that_goes_on_is_asked_about_again(watch: Watch) -> None:
    routes = {f"/{id}": {"job_id": id, "status": status} for id, status in (("a", "completed"), ("b", "failed"))}
    routes["/c"] = {"job_id": "c", "status": "processing"}
    async with (
        serving(by_path(routes)) as server,
        watch("filelens", *"abcd", about={"url": server.url}) as watching,
    ):
        await watching.until(lambda: sum(target.endswith("/c") for target in server.targets) == 10)
        assert sorted(target[-1] for target in server.targets if not target.endswith("/c")) == ["a", "b", "d"]


@pytest.mark.usefixtures("config")
def test_f8_waiting_for_all_says_how_they_ended(cli: Cli, demo: DemoProcess) -> None:
    jobs = [preview(demo), preview(demo), preview(demo, input="no-such-file")]
    ran = cli("wait", *(f"previews/{id}" for id in jobs), "--timeout", "20")
    assert ran.lines[-1] == "2 completed, 1 failed, 0 cancelled"
    assert ran.code != 0


async def test_f9_a_failed_submission_is_tried_three_more_times(demo: DemoProcess) -> None:
    form = Registry(load_mapping).make("filelens", NAME).forms[0]
    assert (form.retries, form.retry_delay) == (3, 5)
    refused = {"success": False, "message": "the queue is full"}
    accepted = {"success": True, "message": "taken", "job_id": "j7"}
    clock = NoWaits()
    async with serving(in_turn(refused, refused, accepted)) as server:
        once = Once(link(demo, "filelens", server.url), clock=clock)
        assert await submitted(once, form, {"input": "x"}, clock=clock) == ("j7", "taken")
        await once.aclose()
    assert clock.waits == [5, 10]
    clock = NoWaits()
    async with serving(in_turn(refused)) as server:
        once = Once(link(demo, "filelens", server.url), clock=clock)
        with pytest.raises(Rejected, match="the queue is full"):
            await submitted(once, form, {"input": "x"}, clock=clock)
        await once.aclose()
        assert len(server.received) == 4
    assert clock.waits == [5, 10, 20]


async def test_f4_the_last_message_stays_when_the_job_has_ended(demo: DemoProcess, show: Show) -> None:
    id = preview(demo)
    demo.wait_state(id, "completed")
    async with show("filelens", id) as (pilot, _):
        await shows(pilot, "✔ completed", "Preview generation completed", "Overview")
        await pilot.press("enter")
        await hides(pilot, "STATE")
        await shows(pilot, "✔ completed", "Preview generation completed", "results")
