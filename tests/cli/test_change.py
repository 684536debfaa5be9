"""`pause`, `resume`, `cancel`, `restart`, `delete`: what is sent, what is not, and how it is told."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli, discard, write_config
from tests.demo_process import DemoProcess

pytestmark = pytest.mark.usefixtures("config")
WORK: dict[str, Any] = {"package": "json", "start": 1, "count": 4}


@pytest.fixture
def held(demo: DemoProcess) -> Iterator[str]:
    """A running job that waits at its first slice."""
    id = demo.submit("jobstatus", "hash-files", gate="held", **WORK)
    demo.wait_state(id, "running")
    yield id
    discard(demo, id)


def test_pause_resume_cancel(cli: Cli, demo: DemoProcess, held: str) -> None:
    ran = cli("pause", f"crawl/{held}", "--yes", "--reason", "test")
    assert ran.code == 0, ran.err
    assert ran.out.startswith(f"crawl/{held} pause confirmed: ")
    assert demo.job(held)["state"] == "paused"
    assert cli("resume", f"crawl/{held}", "--yes").code == 0
    ran = cli("cancel", f"crawl/{held}", "--yes", "--json")
    assert ran.code == 0
    assert ran.records[0]["phase"] == "confirmed"
    assert list(ran.records[0]) == ["server", "id", "action", "phase", "message", "status"]


def test_restart_and_delete(cli: Cli, demo: DemoProcess, held: str) -> None:
    other = demo.submit("compileo", "hash-files", gate="held", **WORK)
    demo.wait_state(other, "running")
    assert cli("cancel", f"docs/{other}", "--yes").code == 0
    ran = cli("restart", f"docs/{other}", "--yes")
    assert ran.code == 0
    assert ran.out.startswith(f"docs/{other} restart confirmed")
    assert cli("delete", f"crawl/{held}", "--yes").code == 0


def test_without_a_terminal_nothing_is_asked_and_nothing_is_sent(cli: Cli, demo: DemoProcess, held: str) -> None:
    ran = cli("cancel", f"crawl/{held}")
    assert ran.code == 2
    assert "--yes" in ran.err
    assert demo.job(held)["state"] == "running"


def test_dry_run_sends_nothing(cli: Cli, demo: DemoProcess, held: str) -> None:
    ran = cli("cancel", f"crawl/{held}", "--dry-run")
    assert ran.code == 0
    assert ran.lines == [f"crawl/{held} cancel would be asked: it is active"]
    assert demo.job(held)["state"] == "running"


def test_refused_by_state_sends_nothing(cli: Cli, demo: DemoProcess) -> None:
    done = demo.submit("jobstatus", "hash-files", **WORK)
    demo.wait_state(done, "completed")
    ran = cli("pause", f"crawl/{done}", "--yes")
    assert ran.code == 1
    assert "refused: not sent: pause needs a job that is" in ran.out


def test_refused_by_kind(cli: Cli, demo: DemoProcess) -> None:
    job = demo.submit("mend", "hash-files", **WORK)
    ran = cli("cancel", f"media/{job}", "--yes")
    assert ran.code == 1
    assert "media cannot cancel jobs" in ran.out


def test_read_only(cli: Cli, demo: DemoProcess, held: str, folders: Path) -> None:
    urls = {"crawl": demo.urls["jobstatus"], "previews": demo.urls["filelens"]}
    write_config(folders, urls, {"crawl": "read_only = true\n", "previews": "read_only = true\n"})
    ran = cli("cancel", f"crawl/{held}", "--yes")
    assert ran.code == 1
    assert "crawl is read_only in the config" in ran.out
    assert demo.job(held)["state"] == "running"
    ran = cli("submit", "previews", "input=photo.ppm")
    assert ran.code == 1
    assert "read_only" in ran.err


def test_several_in_part(cli: Cli, demo: DemoProcess, held: str) -> None:
    ran = cli("cancel", f"crawl/{held}", "crawl/no-such-job", "--yes")
    assert ran.code == 1
    assert f"crawl/{held} cancel confirmed" in ran.out
    assert "crawl/no-such-job cancel failed: not sent" in ran.out


def test_ids_from_standard_input(cli: Cli, demo: DemoProcess, held: str, monkeypatch: pytest.MonkeyPatch) -> None:
    other = demo.submit("jobstatus", "hash-files", gate="held", **WORK)
    demo.wait_state(other, "running")
    lines = f"crawl/{held}\n\n" + json.dumps({"server": "crawl", "id": other}) + "\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    ran = cli("cancel", "-", "--yes", "--rate", "50")
    assert ran.code == 0
    assert len(ran.lines) == 2
    assert "cancel: 2 done" in ran.err


def test_query_is_a_frozen_set(cli: Cli, demo: DemoProcess, held: str) -> None:
    ran = cli("cancel", "--query", f"id:{held}", "--server", "crawl", "--yes")
    assert ran.code == 0
    assert len(ran.lines) == 1
    assert cli("cancel", "--query", "id:no-such-job", "--server", "crawl", "--yes").out == ""


def test_usage(cli: Cli) -> None:
    assert "one of the two" in cli("cancel", "--yes").err
    assert cli("cancel", "crawl/1", "--query", "state:failed", "--yes").code == 2
    ran = cli("cancel", "--query", " ", "--yes")
    assert ran.code == 2
    assert "every job" in ran.err
