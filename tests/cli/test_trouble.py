"""Each command against servers that are dead, slow, refuse the key, throttle, or talk nonsense: the exit codes."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, write_config
from tests.demo_process import DemoProcess

COMMANDS = {
    "list": ["list", "--server", "docs"],
    "show": ["show", "docs/some-job"],
    "logs": ["logs", "crawl/some-job"],
    "wait": ["wait", "docs/some-job"],
    "cancel": ["cancel", "docs/some-job", "--yes"],
    "queues": ["queues", "--server", "docs"],
    "get": ["get", "previews/some-job"],
    "submit": ["submit", "previews", "input=photo.ppm", "--retries", "0"],
    "probe": ["probe", "docs"],
    "doctor": ["doctor", "--server", "docs"],
}
JOB = {"docs": 'jobs = ["some-job"]\n'}


@pytest.fixture
def dead(folders: Path) -> Iterator[None]:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        write_config(folders, dict.fromkeys(("docs", "crawl", "previews"), url), JOB)
        yield


@pytest.fixture
def faulty(demo: DemoProcess, folders: Path) -> Iterator[DemoProcess]:
    """The demo, whose faults are mended afterwards."""
    urls = {"docs": "compileo", "crawl": "jobstatus", "previews": "filelens"}
    write_config(folders, {name: demo.urls[face] for name, face in urls.items()}, JOB)
    yield demo
    for face in urls.values():
        demo.control("POST", "/fault", {"face": face, "mode": None})


def switch(demo: DemoProcess, mode: str) -> None:
    for face in ("compileo", "jobstatus", "filelens"):
        demo.control("POST", "/fault", {"face": face, "mode": mode})


@pytest.mark.usefixtures("dead")
@pytest.mark.parametrize("command", COMMANDS)
def test_dead(cli: Cli, command: str) -> None:
    ran = cli(*COMMANDS[command])
    assert ran.code == 3, ran
    assert "connection refused" in ran.err + ran.out


@pytest.mark.usefixtures("dead")
def test_c10_dead_server_says_what_it_may_be(cli: Cli) -> None:
    assert "is the server running?" in cli("show", "docs/1").err


@pytest.mark.parametrize("command", COMMANDS)
def test_m9_unauthorised(cli: Cli, faulty: DemoProcess, command: str) -> None:
    switch(faulty, "401")
    ran = cli(*COMMANDS[command])
    assert ran.code == 3, ran
    assert "credentials" in ran.err + ran.out


def test_m9_a_wrong_key_is_never_shown(
    cli: Cli, demo: DemoProcess, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config(folders, {"media": demo.urls["mend"]})
    monkeypatch.setenv("MEND_KEY", "very-secret-value")
    for arguments in (["show", "media/1"], ["doctor"], ["probe", "media"], ["wait", "media/1"], ["list"]):
        ran = cli(*arguments)
        assert "very-secret-value" not in ran.out + ran.err
    ran = cli("show", "media/1")
    assert ran.code == 3
    monkeypatch.delenv("MEND_KEY")
    ran = cli("show", "media/1")
    assert ran.code == 2
    assert "MEND_KEY" in ran.err


@pytest.mark.parametrize("command", ["list", "show", "cancel", "queues", "submit", "probe", "logs"])
def test_slow(cli: Cli, faulty: DemoProcess, command: str) -> None:
    switch(faulty, "hang")
    began = time.monotonic()
    ran = cli(*COMMANDS[command], "--timeout", "300ms")
    assert ran.code == 4, ran
    assert time.monotonic() - began < 3


def test_slow_wait(cli: Cli, faulty: DemoProcess) -> None:
    switch(faulty, "hang")
    assert cli(*COMMANDS["wait"], "--timeout", "300ms").code == 4


def test_throttled_obeys_retry_after(cli: Cli, demo: DemoProcess, config: Path) -> None:
    job = demo.submit("compileo", "hash-files", package="json", start=1, count=1)
    demo.wait_state(job, "completed")
    demo.control("POST", "/limit", {"face": "compileo", "per_second": 1})
    try:
        cli("show", f"docs/{job}")
        ran = cli("show", f"docs/{job}", "--json")
    finally:
        demo.control("POST", "/limit", {"face": "compileo", "per_second": None})
    assert ran.code == 0
    assert "asking again in" in ran.err


def test_throttled_without_end(cli: Cli, faulty: DemoProcess) -> None:
    switch(faulty, "429")
    ran = cli(*COMMANDS["show"], "--timeout", "1s")
    assert ran.code == 4
    assert "asks for 2 s of patience" in ran.err


@pytest.mark.parametrize("mode", ["html", "malformed", "wrong-typed"])
def test_nonsense(cli: Cli, faulty: DemoProcess, mode: str) -> None:
    switch(faulty, mode)
    ran = cli(*COMMANDS["show"])
    assert (ran.code, ran.out) == (3, "")


def test_server_error_is_asked_again_and_told_in_the_servers_words(cli: Cli, faulty: DemoProcess) -> None:
    switch(faulty, "500")
    ran = cli("show", "crawl/some-job")
    assert ran.code == 3
    assert ran.err.count("asking again") == 3
    assert "Queue system temporarily unavailable" in ran.err


class TestCheck:
    """The plug-in's own exit codes."""

    def test_good_and_warning(self, cli: Cli, demo: DemoProcess, config: Path) -> None:
        ran = cli("check", "--server", "docs")
        assert ran.code in (0, 1)
        assert ran.out.startswith(("JOBDASH OK - ", "JOBDASH WARNING - "))
        assert "'docs_depth'=" in ran.out
        assert len(ran.lines) == 1

    @pytest.mark.usefixtures("dead")
    def test_dead_is_critical(self, cli: Cli) -> None:
        ran = cli("check", "--server", "docs")
        assert (ran.code, ran.lines[0].split()[1]) == (2, "CRITICAL")

    def test_hanging_is_critical(self, cli: Cli, faulty: DemoProcess) -> None:
        switch(faulty, "hang")
        ran = cli("check", "--timeout", "300ms")
        assert ran.code == 2
        assert "no answer within 0.3 s" in ran.out

    def test_unauthorised_is_unknown(self, cli: Cli, faulty: DemoProcess) -> None:
        switch(faulty, "401")
        assert cli("check", "--server", "docs").code == 3

    def test_without_figures_is_unknown(self, cli: Cli, config: Path) -> None:
        ran = cli("check", "--server", "index")
        assert ran.code == 3
        assert "no figures" in ran.out

    def test_wrong_config_is_unknown(self, cli: Cli, folders: Path) -> None:
        (folders / "config.toml").write_text("nonsense = 1\n")
        ran = cli("check")
        assert ran.code == 3
        assert ran.out.startswith("JOBDASH UNKNOWN - ")
