"""Interrupted at any moment, or with nowhere to write: no traceback, no half line, and the exit code that it means."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.cli.conftest import discard, start
from tests.demo_process import DemoProcess, wait_until

pytestmark = pytest.mark.usefixtures("config")
WORK: dict[str, Any] = {"package": "json", "start": 1, "count": 4}


def loaded(library: str) -> Callable[[psutil.Process], bool]:
    return lambda process: f"/{library}." in Path(f"/proc/{process.pid}/maps").read_text()


MOMENTS: dict[str, Callable[[psutil.Process], bool]] = {
    "begun": lambda process: True,
    "loads the command": loaded("_pydantic_core"),
    "loads the client": loaded("_ssl"),
    "loads the loop": loaded("_asyncio"),
    "connected": lambda process: bool(process.net_connections("tcp")),
}
"""Moments in the life of a command, and how each is seen from outside."""


def waiting_in(pipe: int) -> int:
    """How many bytes nobody has read yet."""
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


@pytest.fixture
def held(demo: DemoProcess) -> Iterator[str]:
    id = demo.submit("compileo", "hash-files", gate="held", **WORK)
    demo.wait_state(id, "running")
    yield id
    discard(demo, id)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", ["watch", "wait"])
def test_while_it_waits(held: str, command: str, number: signal.Signals) -> None:
    process = start(command, f"docs/{held}", "--json")
    if command == "watch":
        assert process.stdout is not None
        first = process.stdout.readline()
        assert json.loads(first)["id"] == held
    else:
        wait_until(lambda: MOMENTS["connected"](psutil.Process(process.pid)), "a connection")
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert process.returncode in (128 + number, -number)
    assert "Traceback" not in err
    assert all(json.loads(line) for line in out.splitlines())


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="nothing tells here what a process has loaded")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", MOMENTS)
def test_at_any_moment(held: str, moment: str, number: signal.Signals) -> None:
    process = start("list", "--json")
    seen = psutil.Process(process.pid)
    wait_until(lambda: process.poll() is not None or MOMENTS[moment](seen), moment)
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    if "jobdash" in err or not err:  # else Python itself was not awake yet
        assert "Traceback" not in err
        assert process.returncode in (0, 128 + number, -number)
    assert out == "" or out.endswith("\n")
    assert all(json.loads(line) for line in out.splitlines())


@pytest.mark.parametrize("arguments", [["list", "--json"], ["schema"], ["config", "example"], ["list"]])
def test_a_closed_pipe_ends_quietly(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = start(*arguments, stdout=writer)
    os.close(writer)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Broken" not in err
    assert "Traceback" not in err


def test_a_reader_that_leaves_ends_watching(held: str) -> None:
    process = start("watch", f"docs/{held}")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=10) == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()


def test_a_reader_that_is_stuck_does_not_keep_it(demo: DemoProcess) -> None:
    code = "import sys; [print('x' * 60000, flush=True) for _ in range(100)]"
    wrapped = (
        "from jobdash.cli.interrupt import run\n"
        "async def work():\n    " + code.replace("import sys; ", "") + "\n    return 0\n"
        "raise SystemExit(run(work()))"
    )
    process = subprocess.Popen([sys.executable, "-c", wrapped], stdout=subprocess.PIPE)
    assert process.stdout is not None
    pipe = process.stdout.fileno()
    wait_until(lambda: waiting_in(pipe) > 60_001, "the second line to be stuck")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=8) == 128 + signal.SIGTERM
    process.stdout.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("words", ["--version", "--help", "list --help", "dialects"])
def test_a_full_disk_is_one_sentence(words: str) -> None:
    command = [sys.executable, "-m", "jobdash", *words.split()]
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (1, "jobdash: standard output cannot be written: No space left on device\n")
