"""`demo --serve-only`: it tells a person where it is, and ends with whoever started it."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import sys

import psutil
import pytest

from tests.cli.conftest import Cli, start
from tests.demo_process import wait_until


def only_child(process: subprocess.Popen[str]) -> psutil.Process:
    (child,) = psutil.Process(process.pid).children()
    return child


def ended(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT, signal.SIGHUP])
def test_the_server_ends_with_its_parent(how: signal.Signals) -> None:
    with start("demo", "--serve-only") as process:
        assert process.stdout and process.stderr
        assert process.stdout.readline().startswith("docs")
        server = only_child(process)
        process.send_signal(how)
        wait_until(lambda: ended(server), "the end of the server", seconds=8)
        code = process.wait(timeout=8)
        assert process.stderr.read() == ""
        assert code == (0 if how is signal.SIGINT else -how)


def test_a_person_reads_addresses_and_questions_that_work() -> None:
    with start("demo", "--serve-only") as process:
        assert process.stdout
        lines = [process.stdout.readline().rstrip("\n") for _ in range(13)]
        addresses, questions = lines[:5], lines[6:11]
        assert [line.split()[0] for line in addresses] == ["docs", "crawl", "previews", "media", "index"]
        assert all(re.search(r" http://127\.0\.0\.1:\d+", line) for line in addresses)
        assert "X-API-Key: demo-key" in addresses[3]
        assert lines[5] == lines[11] == ""
        assert lines[12] == "Ctrl+C stops it."
        for question in questions:
            answer = subprocess.run(shlex.split(question), capture_output=True, text=True, timeout=10, check=True)
            assert "job" in answer.stdout or "status" in answer.stdout, question
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == ""


def test_a_program_reads_json_lines() -> None:
    with start("demo", "--serve-only", "--json") as process:
        assert process.stdout
        assert set(json.loads(process.stdout.readline())) == {"ready", "keys", "pid"}
        assert "submitted" in json.loads(process.stdout.readline())
        process.terminate()


def test_json_needs_serve_only(cli: Cli) -> None:
    assert cli("demo", "--json").code == 2


def test_no_screen_is_loaded_to_serve() -> None:
    code = "import jobdash.cli.serving, sys; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
