"""README's section on the command line: each of its one-liners is run, its tables name what there is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jobdash.cli.app import names
from jobdash.headless.record import FIELDS
from tests.cli.conftest import discard
from tests.demo_process import DemoProcess

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
SECTION = README.partition("## Without a screen")[2].partition("\n## ")[0]
BLOCK = re.search(r"<!-- one-liners -->\n```sh\n(.*?)```", SECTION, re.DOTALL)
assert BLOCK is not None
LINES = [line for line in BLOCK[1].splitlines() if not line.startswith("#")]

EXPECTED = [
    (0, r"crawl/job_\w+\tSyntaxError"),
    (0, r"SERVER +ID"),
    (0, r"1 completed, 0 failed, 0 cancelled\ndeploying"),
    (0, r"results/page-001\.png"),
    (0, r"error: +SyntaxError"),
    (0, r"crawl/job_\w+ cancel would be asked: it is active"),
    (0, r"docs/\S+ restart confirmed: "),
    (0, r""),
    (1, r"JOBDASH WARNING - docs: .*'docs_depth'="),
    (0, r"^\d+\n$"),
]


@pytest.fixture(scope="module")
def words(demo: DemoProcess) -> dict[str, str]:
    """The jobs that the lines speak of."""
    done = demo.submit("compileo", "hash-files", package="json", start=1, count=1)
    for _ in range(3):
        demo.submit("compileo", "syntax-error")
    demo.submit("jobstatus", "syntax-error")
    return {"JOB": f"docs/{done}"}


def test_there_are_ten() -> None:
    assert len(LINES) == len(EXPECTED) == 10


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize("number", range(10))
def test_one_liner(demo: DemoProcess, words: dict[str, str], number: int, tmp_path: Path) -> None:
    line = LINES[number].replace("--for 1h", "--for 1s")
    if "jq" in line and shutil.which("jq") is None:
        pytest.skip("jq is not here")
    lock = demo.submit("jobstatus", "wait-for-lock", gate="held") if "lock" in line else None
    if lock is not None:
        demo.wait_state(lock, "running")
    if "$FAILED" in line:
        words["FAILED"] = f"docs/{_cancelled(demo)}"
    program = tmp_path / "bin" / "jobdash"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m jobdash "$@"\n')
    program.chmod(0o755)
    root = str(Path(__file__).parents[2])
    env = {**os.environ, **words, "PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": root}
    ran = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    if lock is not None:
        discard(demo, lock)
    code, pattern = EXPECTED[number]
    assert "Traceback" not in ran.stderr
    assert (ran.returncode, bool(re.search(pattern, ran.stdout))) == (code, True), ran


def _cancelled(demo: DemoProcess) -> str:
    """A job that can be restarted and then goes on for a while."""
    job = demo.submit("compileo", "hash-files", gate="held", package="json", start=1, count=4)
    demo.wait_state(job, "running")
    import httpx

    httpx.post(f"{demo.urls['compileo']}/api/v1/jobs/cancel/{job}", trust_env=False).raise_for_status()
    demo.wait_state(job, "cancelled")
    return job


def test_the_fields_are_those_of_a_record() -> None:
    block = SECTION.partition("<!-- fields -->")[2].partition("<!-- end fields -->")[0]
    assert re.findall(r"`(\w+)`", block) == list(FIELDS)


def test_every_command_is_told_of() -> None:
    told = set(re.findall(r"\b([a-z]+)\b", SECTION))
    assert set(names()) - {"open", "demo"} <= told
