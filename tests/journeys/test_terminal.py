"""In a real terminal: the demo as a stranger starts it, its end in every way, and terminals that are not fit."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.demo_process import wait_until
from tests.terminal import Terminal

JOBDASH = (sys.executable, "-m", "jobdash")


def servers_below(terminal: Terminal) -> list[psutil.Process]:
    """The demo's server processes that this terminal's program started."""
    return [p for p in psutil.Process(terminal.pid).children(recursive=True) if "jobdash.demo" in " ".join(p.cmdline())]


def gone(processes: list[psutil.Process]) -> bool:
    return all(not p.is_running() or p.status() == psutil.STATUS_ZOMBIE for p in processes)


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """Folders of its own, so that nothing of the person's is read or written."""
    return {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "STATE", "CACHE")}


def test_the_demo_shows_its_servers_and_ends_with_the_screen(home: dict[str, str], tmp_path: Path) -> None:
    with Terminal((*JOBDASH, "demo"), env=home) as terminal:
        terminal.wait_for(r"docs +compileo(.|\n)*crawl +jobstatus", 20)
        terminal.wait_for("running|completed", 20)
        started = servers_below(terminal)
        assert len(started) == 1
        terminal.press("q")
        assert terminal.exit_code(10) == 0
        wait_until(lambda: gone(started), "the demo server to end")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_no_server_outlives_a_screen_that_was_ended(home: dict[str, str], number: signal.Signals) -> None:
    with Terminal((*JOBDASH, "demo"), env=home) as terminal:
        terminal.wait_for(r"docs +compileo", 20)
        started = servers_below(terminal)
        os.kill(terminal.pid, number)
        wait_until(lambda: gone(started), "the demo server to end")


def test_what_is_typed_at_once_after_a_slash_is_the_query(home: dict[str, str]) -> None:
    with Terminal((*JOBDASH, "demo"), env=home) as terminal:
        terminal.wait_for("running|completed", 20)
        for typed in ("X", "queue:mail", "PURDIy"):
            terminal.press("/" + typed)
            terminal.watch(0.6)
            terminal.press("y")
            terminal.wait_for(f"/ {typed}y", 10)
            terminal.press("esc")
            terminal.watch(0.3)
            assert "requested" not in terminal.text and "NoMatches" not in terminal.text


def test_ctrl_c_leaves(home: dict[str, str]) -> None:
    with Terminal((*JOBDASH, "demo"), env=home) as terminal:
        terminal.wait_for(r"docs +compileo", 20)
        terminal.press("\x03")
        assert terminal.exit_code(10) in (0, 130)


def test_a_terminal_that_is_too_small_says_what_it_needs_and_recovers(home: dict[str, str]) -> None:
    with Terminal((*JOBDASH, "demo"), columns=50, rows=12, env=home) as terminal:
        terminal.wait_for(r"60.*15", 20)
        terminal.resize(100, 30)
        terminal.wait_for(r"docs +compileo", 20)


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*JOBDASH, *arguments),
        capture_output=True,
        text=True,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_without_servers_three_lines_say_what_to_do(home: dict[str, str]) -> None:
    done = run(**home)
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 3 and "jobdash demo" in done.stderr and "config.toml" in done.stderr


def test_without_a_terminal_it_says_so(home: dict[str, str]) -> None:
    done = run("http://127.0.0.1:1", **home)
    assert (done.returncode, done.stderr) == (2, "jobdash: the screen needs a terminal, and this is none\n")


def test_without_utf8_it_says_so(home: dict[str, str]) -> None:
    env = {**home, "LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with Terminal((*JOBDASH, "http://127.0.0.1:1", "--dialect", "compileo"), env=env) as terminal:
        terminal.wait_for("the screen needs a UTF-8 locale", 20)
        assert terminal.exit_code(10) == 2


def test_a_bad_url_is_one_sentence(home: dict[str, str]) -> None:
    done = run("ftp://me:s3cret@host", **home)
    assert done.returncode == 2 and "s3cret" not in done.stderr
    assert done.stderr.count("\n") == 1 and "only http:// and https://" in done.stderr


def test_a_server_that_is_down_from_the_start_is_said_to_be(home: dict[str, str]) -> None:
    with Terminal((*JOBDASH, "http://127.0.0.1:1"), env=home) as terminal:
        terminal.wait_for("refused", 20)
