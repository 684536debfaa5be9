"""Commands on a terminal: the question before a change, its countdown on production, and bars that move."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import discard, write_config
from tests.demo_process import DemoProcess
from tests.terminal import Terminal

pytestmark = pytest.mark.usefixtures("config")
WORK: dict[str, Any] = {"package": "json", "start": 1, "count": 4}
BAR = r"\[[#-]{24}\] +\d+ %"


@pytest.fixture
def held(demo: DemoProcess) -> Iterator[str]:
    """A running job that waits at its first slice."""
    id = demo.submit("jobstatus", "hash-files", gate="held", **WORK)
    demo.wait_state(id, "running")
    yield id
    discard(demo, id)


def command(*words: str, **env: str) -> Terminal:
    return Terminal((sys.executable, "-m", "jobdash", *words), columns=100, rows=24, env=env)


@pytest.mark.parametrize("answer", ["\r", "n\r", "x\r", "\x04"])
def test_anything_but_yes_sends_nothing(demo: DemoProcess, held: str, answer: str) -> None:
    with command("cancel", f"crawl/{held}") as terminal:
        terminal.wait_for(r"cancel 1 job \(1 active\) of crawl\? \[y/N\]")
        terminal.press(answer)
        assert terminal.exit_code(10) == 1
        assert "nothing was sent" in terminal.text
    assert demo.job(held)["state"] == "running"


def test_yes_sends_it(demo: DemoProcess, held: str) -> None:
    with command("pause", f"crawl/{held}") as terminal:
        terminal.wait_for(r"\[y/N\]")
        terminal.press("y\r")
        terminal.wait_for(r"pause confirmed")
        assert terminal.exit_code(10) == 0
    assert demo.job(held)["state"] == "paused"


def test_ctrl_c_at_the_question_sends_nothing(demo: DemoProcess, held: str) -> None:
    with command("cancel", f"crawl/{held}") as terminal:
        terminal.wait_for(r"\[y/N\]")
        terminal.press("\x03")
        assert terminal.exit_code(10) == 128 + signal.SIGINT
        assert "Traceback" not in terminal.text
    assert demo.job(held)["state"] == "running"


def test_production_counts_down_and_ctrl_c_takes_it_back(demo: DemoProcess, held: str, folders: Path) -> None:
    write_config(folders, {"crawl": demo.urls["jobstatus"]}, {"crawl": 'env = "prod"\n'})
    with command("cancel", f"crawl/{held}", "--reason", "runs wild") as terminal:
        terminal.wait_for(r"\[y/N\]")
        terminal.press("y\r")
        terminal.wait_for(r"in [321] s; Ctrl\+C cancels")
        terminal.press("\x03")
        assert terminal.exit_code(10) == 128 + signal.SIGINT
    assert demo.job(held)["state"] == "running"
    with command("cancel", f"crawl/{held}", "--reason", "runs wild") as terminal:
        terminal.wait_for(r"\[y/N\]")
        terminal.press("y\r")
        terminal.wait_for("cancel confirmed")
        assert terminal.exit_code(10) == 0


def test_above_ten_on_production_their_number_is_typed(demo: DemoProcess, folders: Path) -> None:
    write_config(folders, {"crawl": demo.urls["jobstatus"]}, {"crawl": 'env = "prod"\n'})
    jobs = [demo.submit("jobstatus", "hash-files", gate="held", **WORK) for _ in range(11)]
    words = ("cancel", *(f"crawl/{job}" for job in jobs), "--reason", "flood")
    with command(*words) as terminal:
        terminal.wait_for(r"\[type 11 or nothing\]")
        terminal.press("y\r")
        assert terminal.exit_code(10) == 1
    assert all(demo.job(job)["state"] in {"pending", "running"} for job in jobs)
    for job in jobs:
        discard(demo, job)


@pytest.mark.parametrize("verb", ["watch", "wait"])
def test_bars_move_and_leave_only_lines(demo: DemoProcess, held: str, verb: str) -> None:
    more = ("--until", "state:completed") if verb == "watch" else ()
    with command(verb, f"crawl/{held}", *more) as terminal:
        terminal.wait_for(BAR)
        demo.control("POST", f"/release/{held}")
        assert terminal.exit_code(20) == 0
        left = terminal.text
    assert re.search(BAR, left) is None
    assert "completed" in left


@pytest.mark.parametrize("quiet", ["NO_COLOR", "--no-color", "TERM"])
def test_nothing_moves_where_that_is_not_wanted(held: str, quiet: str) -> None:
    env = {"NO_COLOR": "1"} if quiet == "NO_COLOR" else {"TERM": "dumb"} if quiet == "TERM" else {}
    words = ("watch", f"crawl/{held}", "--for", "700ms", *((quiet,) if quiet.startswith("--") else ()))
    with command(*words, **env) as terminal:
        assert terminal.exit_code(20) == 0
        assert b"\x1b" not in terminal.written
        assert held in terminal.text
