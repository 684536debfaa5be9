"""The process: it starts fast, lives by its own jobs, and ends whenever it should, leaving nothing."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
import psutil
import pytest

from jobdash.demo.options import parse
from tests.demo_process import QUIET, DemoProcess, wait_until

COMMAND = [sys.executable, "-m", "jobdash.demo"]


def is_alive(pid: int) -> bool:
    """True while a process runs; one that has ended but was not waited for yet does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_the_ready_line_names_six_urls_that_answer() -> None:
    asked = time.monotonic()
    with DemoProcess() as demo:
        assert time.monotonic() - asked < 3  # half a second on a machine that has nothing else to do
        assert set(demo.urls) == {"compileo", "jobstatus", "filelens", "mend", "pollapi", "control"}
        for url in demo.urls.values():
            assert httpx.get(url, trust_env=False).status_code in (401, 404)


def test_the_first_jobs_give_every_face_a_history() -> None:
    arguments = ("--no-producer", "--jobs", "8", "--seed", "3", "--pace", "6")
    with DemoProcess(arguments=arguments) as demo:

        def states() -> Counter[tuple[str, str]]:
            jobs = demo.control("GET", "/jobs")["jobs"]
            return Counter((job["face"], job["state"]) for job in jobs)

        for face in ("compileo", "jobstatus", "filelens", "mend", "pollapi"):
            wait_until(lambda: states()[face, "completed"], f"a completed job of {face}")  # noqa: B023
        assert states()["jobstatus", "paused"] == 1
        wait_until(lambda: len(demo.announced) == 40, "40 announcements")
        wait_until(lambda: states()["jobstatus", "stuck"], "a stuck job", seconds=15)


def test_the_producer_keeps_new_jobs_coming() -> None:
    with DemoProcess(arguments=("--jobs", "0", "--pace", "20")) as demo:
        wait_until(lambda: len({each["face"] for each in demo.announced}) >= 3, "jobs of three faces")


@pytest.mark.parametrize("how", ["SIGTERM", "SIGINT", "SIGHUP", "stdin"])
def test_it_ends_within_two_seconds_with_open_streams_and_long_polls(how: str, tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        [*COMMAND, "--with-parent", *QUIET],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    with process:
        assert process.stdout and process.stdin
        urls = json.loads(process.stdout.readline())["ready"]
        body = {"face": "compileo", "kind": "hash-files", "gate": "held"}
        job_id = httpx.post(urls["control"] + "/submit", json=body, trust_env=False).json()["id"]
        base = f"{urls['compileo']}/api/v1/jobs/status/{job_id}"
        listener = threading.Thread(target=read_to_the_end, args=(f"{base}/poll?timeout=60",))
        with httpx.Client(trust_env=False) as client, client.stream("GET", f"{base}/stream") as stream:
            next(stream.iter_lines())
            listener.start()
            assert list(tmp_path.iterdir())
            asked = time.monotonic()
            if how == "stdin":
                process.stdin.close()
            else:
                process.send_signal(getattr(signal, how))
            assert process.wait(timeout=5) == 0
            assert time.monotonic() - asked < 2
        listener.join()
        assert process.stderr and process.stderr.read() == b""
    assert list(tmp_path.iterdir()) == []


def test_an_impatient_person_leaves_nothing_behind_either(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen([*COMMAND, "--pace", "20"], stdout=-1, stderr=-1, env=environment)
    with process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        wait_until(lambda: list(tmp_path.glob("*/results/*")), "the first results")
        process.send_signal(signal.SIGINT)
        while process.poll() is None:
            process.send_signal(signal.SIGTERM)
        assert process.stderr.read() == b""
    assert list(tmp_path.iterdir()) == []


def read_to_the_end(url: str) -> None:
    """Wait for an answer, which may also be the end of the connection."""
    with contextlib.suppress(httpx.HTTPError):
        httpx.get(url, trust_env=False, timeout=10)


def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent_code = (
        "import subprocess, sys\n"
        f"command = {[*COMMAND, '--with-parent', *QUIET]!r}\n"
        "child = subprocess.Popen(command, stdin=subprocess.PIPE)\n"
        "child.wait()\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    parent = subprocess.Popen([sys.executable, "-c", parent_code], stdout=subprocess.PIPE, env=environment)
    with parent:
        assert parent.stdout
        pid = json.loads(parent.stdout.readline())["pid"]
        assert is_alive(pid)
        parent.kill()
        wait_until(lambda: not is_alive(pid), "the end of the demo", seconds=5)
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_leaves_disturbs_nobody() -> None:
    process = subprocess.Popen([*COMMAND, "--with-parent", *QUIET], stdin=-1, stdout=-1, stderr=-1)
    with process:
        assert process.stdout and process.stdin and process.stderr
        urls = json.loads(process.stdout.readline())["ready"]
        process.stdout.close()
        body = {"face": "mend", "kind": "hash-files", "params": {"count": 1}}
        for _ in range(3):
            assert httpx.post(urls["control"] + "/submit", json=body, trust_env=False).status_code == 200
        process.stdin.close()
        assert process.wait(timeout=5) == 0
        assert process.stderr.read() == b""


def test_a_taken_port_is_one_sentence_and_exit_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [*COMMAND, "--base-port", str(min(port, 65530))]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith("jobdash demo: cannot listen on 127.0.0.1:")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("option", ["--pace=0", "--pace=fast", "--jobs=-1", "--base-port=70000"])
def test_a_bad_option_is_refused_with_exit_2(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse([option])
    assert ended.value.code == 2
    assert "is not a" in capsys.readouterr().err
