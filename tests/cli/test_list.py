"""`jobdash list`: query, table, JSON lines, count, and what cannot be listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobdash.headless.record import FIELDS
from tests.cli.conftest import Cli, write_config
from tests.demo_process import DemoProcess

pytestmark = pytest.mark.usefixtures("config")


@pytest.fixture
def jobs(demo: DemoProcess) -> dict[str, str]:
    """One failed and one completed job of the server that lists, and a completed one of a server that cannot."""
    failed = demo.submit("jobstatus", "syntax-error")
    done = demo.submit("jobstatus", "hash-files", package="json", start=1, count=1)
    demo.wait_state(failed, "failed")
    demo.wait_state(done, "completed")
    return {"failed": failed, "done": done}


def test_table(cli: Cli, jobs: dict[str, str]) -> None:
    ran = cli("list", "state:failed", "--server", "crawl")
    assert ran.code == 0
    assert ran.lines[0].split() == ["SERVER", "ID", "STATE", "PROGRESS", "TYPE", "QUEUE", "STEP", "ERROR"]
    assert any(jobs["failed"] in line and "SyntaxError" in line for line in ran.lines)
    assert jobs["done"] not in ran.out
    assert "\x1b" not in ran.out


def test_json_lines_have_exactly_the_documented_fields(cli: Cli, jobs: dict[str, str]) -> None:
    ran = cli("list", "--json")
    assert ran.code == 0
    assert all(list(record) == list(FIELDS) for record in ran.records)
    assert {jobs["failed"], jobs["done"]} <= {record["id"] for record in ran.records}


def test_sort_limit_columns_count(cli: Cli, jobs: dict[str, str]) -> None:
    ran = cli("list", "--json", "--sort", "-created_at", "--limit", "2", "--columns", "id,state", "-s", "crawl")
    assert len(ran.records) == 2
    assert set(ran.records[0]) == {"id", "state"}
    times = [record["created_at"] for record in cli("list", "--json", "--sort", "-created_at", "-s", "crawl").records]
    assert times == sorted(times, reverse=True)
    assert int(cli("list", "--count", "-s", "crawl").out) == len(times)
    assert cli("list", "--json", "--limit", "1", "-s", "crawl").lines.__len__() == 1
    assert jobs["done"] in {record["id"] for record in cli("list", "--json", "--sort", "id").records}


def test_servers_that_cannot_list_show_what_was_named(cli: Cli, demo: DemoProcess, folders: Path) -> None:
    job = demo.submit("compileo", "hash-files", package="json", start=1, count=1)
    assert "docs cannot list its jobs" in cli("list", "-s", "docs").err
    urls = {"docs": demo.urls["compileo"]}
    write_config(folders, urls, {"docs": f'jobs = ["{job}", "no-such-job"]\n'})
    ran = cli("list", "--json")
    assert [record["id"] for record in ran.records] == [job]
    assert "docs/no-such-job: the server does not have it" in ran.err
    assert ran.code == 0


def test_a_jobs_file_is_read(cli: Cli, demo: DemoProcess, folders: Path) -> None:
    one, two = (demo.submit("compileo", "hash-files", package="json", start=1, count=1) for _ in range(2))
    ids = folders / "ids"
    write_config(folders, {"docs": demo.urls["compileo"]}, {"docs": f'jobs_file = "{ids}"\n'})
    assert cli("list", "--count").out == "0\n"
    ids.write_text(f"{one}\n\ndocs/{two}")
    assert {record["id"] for record in cli("list", "--json").records} == {one, two}
    assert cli("show", one).code == 0
    ids.write_text('{"neither": "nor"}\n')
    ran = cli("list")
    assert (ran.code, str(ids) in ran.err) == (2, True)


def test_one_server_in_trouble_never_hides_the_others(cli: Cli, demo: DemoProcess, folders: Path) -> None:
    job = demo.submit("compileo", "hash-files", package="json", start=1, count=1)
    urls = {name: demo.urls[face] for name, face in {"docs": "compileo", "crawl": "jobstatus"}.items()}
    write_config(folders, urls, {"docs": f'jobs = ["{job}"]\n'})
    demo.control("POST", "/fault", {"face": "jobstatus", "mode": "html"})
    try:
        ran = cli("list", "--json")
    finally:
        demo.control("POST", "/fault", {"face": "jobstatus", "mode": None})
    assert [record["id"] for record in ran.records] == [job]
    assert ran.code == 3
    assert "crawl:" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list", "--columns", "id,nope"], "no column 'nope'"),
        (["list", "--sort", "nope"], "cannot sort by 'nope'"),
        (["list", '"open'], "quote"),
        (["list", "--server", "nope"], "no server 'nope'"),
        (["list", "--timeout", "soon"], "--timeout: a duration"),
        (["list", "--no-such-option"], "No such option"),
        (["lits"], "did you mean list?"),
    ],
)
def test_usage(cli: Cli, arguments: list[str], said: str) -> None:
    ran = cli(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_without_any_server(cli: Cli, config: Path) -> None:
    config.unlink()
    ran = cli("list")
    assert ran.code == 2
    assert "--server" in ran.err
