"""`jobdash wait`: how jobs end, and what ends the waiting."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli, write_config
from tests.demo_process import DemoProcess, wait_until

pytestmark = pytest.mark.usefixtures("config")
WORK: dict[str, Any] = {"package": "json", "start": 1, "count": 2}


def test_f8_c11_all_are_followed_to_their_end(cli: Cli, demo: DemoProcess) -> None:
    good = demo.submit("compileo", "hash-files", **WORK)
    bad = demo.submit("jobstatus", "syntax-error")
    ran = cli("wait", f"docs/{good}", f"crawl/{bad}", "--timeout", "20")
    assert ran.code == 1
    assert ran.lines[-1] == "1 completed, 1 failed, 0 cancelled"
    assert any(line.startswith(f"crawl/{bad} failed: SyntaxError") for line in ran.lines)


def test_json_has_a_record_for_each_end(cli: Cli, demo: DemoProcess) -> None:
    job = demo.submit("jobstatus", "hash-files", **WORK)
    ran = cli("wait", f"crawl/{job}", "--json")
    assert ran.code == 0
    assert [(record["id"], record["state"]) for record in ran.records] == [(job, "completed")]
    assert ran.records[0]["result"]
    assert "1 completed" in ran.err


def test_timeout(cli: Cli, demo: DemoProcess) -> None:
    job = demo.submit("compileo", "hash-files", gate="held", **WORK)
    began = time.monotonic()
    ran = cli("wait", f"docs/{job}", "--timeout", "500ms")
    assert ran.code == 4
    assert time.monotonic() - began < 3
    assert ran.lines[-1] == "0 completed, 0 failed, 0 cancelled, 1 still going on"
    demo.control("POST", f"/release/{job}")


def test_p2_attempts(cli: Cli, demo: DemoProcess) -> None:
    job = demo.submit("pollapi", "hash-files", gate="held", **WORK)
    ran = cli("wait", f"index/{job}", "--interval", "50ms", "--max-attempts", "3")
    assert ran.code == 4
    assert "timed out after 3 attempts" in ran.err
    demo.control("POST", f"/release/{job}")


def test_p3_a_failed_answer_is_an_attempt_and_polling_goes_on(cli: Cli, demo: DemoProcess) -> None:
    job = demo.submit("pollapi", "hash-files", gate="held", **WORK)
    demo.control("POST", "/fault", {"face": "pollapi", "mode": "malformed"})
    try:
        ran = cli("wait", f"index/{job}", "--interval", "50ms", "--max-attempts", "3")
    finally:
        demo.control("POST", "/fault", {"face": "pollapi", "mode": None})
    assert ran.code == 4
    assert "asking again" in ran.err
    demo.control("POST", f"/release/{job}")


def test_p4_unknown_error(cli: Cli, demo: DemoProcess) -> None:
    job = demo.submit("pollapi", "missing-file", path="/nowhere", gate="open")
    ran = cli("wait", f"index/{job}", "--interval", "50ms", "--max-attempts", "200")
    assert ran.code == 1
    assert f"index/{job} failed: " in ran.out


def failed(demo: DemoProcess) -> str:
    """A job that failed in a second that is over: this server tells whole ones, and its next failure must differ."""
    job = demo.submit("compileo", "syntax-error")
    demo.wait_state(job, "failed")
    second = int(time.time())
    wait_until(lambda: int(time.time()) > second, "the second to be over")
    return job


def test_c10_f9_restart(cli: Cli, demo: DemoProcess) -> None:
    job = failed(demo)
    ran = cli("wait", f"docs/{job}", "--restart", "1", "--interval", "100ms", "--timeout", "20")
    assert ran.code == 1
    assert ran.err.count("; restart 1") == 1
    assert demo.job(job)["attempts"] >= 1
    assert ran.lines[-1] == "0 completed, 1 failed, 0 cancelled"


def test_on_production_a_restart_is_asked_for_as_any_other(cli: Cli, demo: DemoProcess, folders: Path) -> None:
    write_config(folders, {"docs": demo.urls["compileo"]}, {"docs": 'env = "prod"\n'})
    job = failed(demo)
    words = ("wait", f"docs/{job}", "--restart", "1", "--timeout", "20")
    ran = cli(*words)
    assert (ran.code, "--reason" in ran.err) == (2, True)
    ran = cli(*words, "--reason", "disk was full")
    assert (ran.code, "--yes" in ran.err) == (2, True)
    assert demo.job(job)["attempts"] == 1
    assert cli(*words, "--reason", "disk was full", "--yes").err.count("; restart 1") == 1
    told = [line for line in cli("audit", "--json").records if line["action"] == "restart"]
    assert [line["reason"] for line in told] == ["disk was full"]


def test_restart_where_the_server_cannot(cli: Cli, demo: DemoProcess) -> None:
    job = demo.submit("jobstatus", "syntax-error")
    ran = cli("wait", f"crawl/{job}", "--restart", "2", "--timeout", "20")
    assert ran.code == 1
    assert "not restarted: crawl cannot restart jobs" in ran.err


def test_f5_deadline_is_said_and_waiting_goes_on(cli: Cli, demo: DemoProcess, folders: Path) -> None:
    write_config(folders, {"previews": demo.urls["filelens"]}, {"previews": 'deadline = "50ms"\n'})
    job = demo.submit("filelens", "hash-files", gate="held", **WORK)
    ran = cli("wait", f"previews/{job}", "--interval", "50ms", "--max-attempts", "5")
    assert "taking longer than expected" in ran.err
    assert ran.code == 4
    demo.control("POST", f"/release/{job}")


def test_a_job_that_is_not_there(cli: Cli, demo: DemoProcess) -> None:
    job = demo.submit("compileo", "hash-files", **WORK)
    ran = cli("wait", "docs/no-such-job", f"docs/{job}")
    assert ran.code == 1
    assert "no-such-job" in ran.err
    assert ran.lines[-1] == "1 completed, 0 failed, 0 cancelled, 1 not known"


def test_usage(cli: Cli) -> None:
    assert cli("wait").code == 2
    assert cli("wait", "docs/1", "--interval", "often").code == 2
    assert cli("wait", "docs/1", "--max-attempts", "0").code == 2
