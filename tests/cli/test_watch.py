"""`jobdash watch`: a line a change, and what ends it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.demo_process import DemoProcess

pytestmark = pytest.mark.usefixtures("config")
WORK: dict[str, Any] = {"package": "json", "start": 1, "count": 4}


def test_lines_until_a_state(cli: Cli, demo: DemoProcess) -> None:
    job = demo.submit("compileo", "hash-files", **WORK)
    ran = cli("watch", f"docs/{job}", "--until", "state:completed", "--for", "20s")
    assert ran.code == 0
    assert ran.lines
    assert all(f"docs/{job}" in line for line in ran.lines)
    assert "completed 100 %" in ran.lines[-1]


def test_json_lines_of_a_query(cli: Cli, demo: DemoProcess) -> None:
    job = demo.submit("jobstatus", "hash-files", gate="held", **WORK)
    demo.wait_state(job, "running")
    ran = cli("watch", f"id:{job}", "--json", "--for", "1500ms", "--server", "crawl")
    demo.control("POST", f"/release/{job}")
    assert ran.code == 0
    assert {record["id"] for record in ran.records} == {job}
    assert not ran.records[0]["stale"]


def test_what_ended_before_is_no_change(cli: Cli, demo: DemoProcess) -> None:
    job = demo.submit("jobstatus", "hash-files", **WORK)
    demo.wait_state(job, "completed")
    ran = cli("watch", f"id:{job}", "--for", "1s", "--server", "crawl")
    assert ran.lines == []


def test_time_is_over_before_the_state(cli: Cli, demo: DemoProcess) -> None:
    job = demo.submit("compileo", "hash-files", gate="held", **WORK)
    ran = cli("watch", f"docs/{job}", "--until", "state:completed", "--for", "700ms")
    demo.control("POST", f"/release/{job}")
    assert ran.code == 4


def test_usage(cli: Cli) -> None:
    assert cli("watch", "--for", "ages").code == 2
    assert cli("watch", '"open', "--for", "1s").code == 2
    assert cli("watch", "nope/1", "--for", "300ms", "--until", '"x').code == 2
