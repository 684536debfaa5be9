"""`jobdash show` and `jobdash logs`, and the three ways to name a job."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import NAMES, PLACES, Cli
from tests.demo_process import DemoProcess

pytestmark = pytest.mark.usefixtures("config")


@pytest.fixture(scope="module")
def jobs(demo: DemoProcess) -> dict[str, str]:
    """A completed job of each server, by the server's name."""
    found = {}
    for name, face in NAMES.items():
        found[name] = demo.submit(face, "hash-files", package="json", start=1, count=2)
    for id in found.values():
        demo.wait_state(id, "completed")
    return found


@pytest.mark.parametrize("server", NAMES)
def test_every_server_by_name(cli: Cli, jobs: dict[str, str], server: str) -> None:
    ran = cli("show", f"{server}/{jobs[server]}", "--json")
    assert ran.code == 0, ran.err
    assert (ran.records[0]["server"], ran.records[0]["id"]) == (server, jobs[server])
    assert ran.records[0]["state"] == "completed"


def test_bare_id(cli: Cli, jobs: dict[str, str]) -> None:
    assert cli("show", jobs["crawl"], "--json").records[0]["server"] == "crawl"
    ran = cli("show", "no-such-id")
    assert ran.code == 1
    assert "no server has a job no-such-id" in ran.err


@pytest.mark.parametrize("server", PLACES)
def test_status_url_of_a_configured_server(cli: Cli, demo: DemoProcess, jobs: dict[str, str], server: str) -> None:
    url = demo.urls[NAMES[server]] + PLACES[server] + jobs[server]
    assert cli("show", url, "--json").records[0]["server"] == server


@pytest.mark.parametrize("server", PLACES)
def test_status_url_without_config(
    cli: Cli, demo: DemoProcess, jobs: dict[str, str], server: str, config: Path
) -> None:
    config.unlink()
    url = demo.urls[NAMES[server]] + PLACES[server] + jobs[server]
    for arguments in ([], ["--dialect", NAMES[server]]):
        ran = cli("show", url, "--json", *arguments)
        assert ran.code == 0, ran.err
        assert ran.records[0]["id"] == jobs[server]


def test_raw_is_the_servers_own_answer(cli: Cli, jobs: dict[str, str]) -> None:
    answer = json.loads(cli("show", f"docs/{jobs['docs']}", "--raw").out)
    assert answer["job_id"] == jobs["docs"]
    assert answer["status"] == "completed"


def test_text(cli: Cli, jobs: dict[str, str]) -> None:
    ran = cli("show", f"crawl/{jobs['crawl']}")
    assert "state:" in ran.out
    assert "hash-files" in ran.out


def test_logs(cli: Cli, jobs: dict[str, str]) -> None:
    ran = cli("logs", f"crawl/{jobs['crawl']}")
    assert ran.code == 0
    assert ran.lines
    assert len(cli("logs", f"crawl/{jobs['crawl']}", "--json").records) == len(ran.lines)
    assert cli("logs", f"crawl/{jobs['crawl']}", "--follow").lines == ran.lines
    assert cli("logs", f"crawl/{jobs['crawl']}", "--since", "1d").lines == ran.lines
    assert cli("logs", f"crawl/{jobs['crawl']}", "--since", "2999-01-01").lines == []


def test_logs_of_several_have_a_prefix_and_are_merged(cli: Cli, demo: DemoProcess, jobs: dict[str, str]) -> None:
    other = demo.submit("jobstatus", "hash-files", package="json", start=1, count=2)
    demo.wait_state(other, "completed")
    ran = cli("logs", f"crawl/{jobs['crawl']}", f"crawl/{other}")
    assert {line.split()[0] for line in ran.lines} == {f"crawl/{jobs['crawl']}", f"crawl/{other}"}


def test_logs_of_a_server_without_logs(cli: Cli, jobs: dict[str, str]) -> None:
    ran = cli("logs", f"docs/{jobs['docs']}")
    assert ran.code == 1
    assert "docs" in ran.err


def test_usage(cli: Cli) -> None:
    assert cli("show", "nope/1").code == 2
    assert cli("show", "docs/").code == 2
    assert cli("logs", "docs/1", "--since", "someday").code == 2
    assert cli("show", "http://127.0.0.1:9/what/is/this/", "--dialect", "compileo").code == 2
