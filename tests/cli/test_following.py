"""Job ids that arrive while the screen is open: from a pipe, from a followed file; ids that `i` once gave."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jobdash.config.paths import state_folder
from jobdash.engine.tracked import Tracked, TrackedJob
from tests.cli.conftest import discard, write_config
from tests.demo_process import DemoProcess
from tests.terminal import Terminal

WORK: dict[str, Any] = {"package": "json", "start": 1, "count": 2}
COMMAND = f"{sys.executable} -m jobdash"


def test_ids_of_a_pipe_are_watched_while_keys_come_from_the_terminal(demo: DemoProcess, folders: Path) -> None:
    write_config(folders, {"docs": demo.urls["compileo"], "previews": demo.urls["filelens"]})
    one, two = demo.submit("compileo", "hash-files", **WORK), demo.submit("filelens", "syntax-error")
    demo.wait_state(one, "completed")
    pipe = f"{{ echo docs/{one}; sleep 1; echo previews/{two}; }} | {COMMAND} --jobs -"
    with Terminal(("sh", "-c", pipe)) as terminal:
        terminal.wait_for(one[-8:], 20)
        terminal.wait_for(two[-8:], 20)
        terminal.press("q")
        assert terminal.exit_code(10) == 0


def test_a_jobs_file_is_followed(demo: DemoProcess, folders: Path) -> None:
    write_config(folders, {"docs": demo.urls["compileo"]}, {"docs": 'jobs_file = "ids"\n'})
    one, two = (demo.submit("compileo", "hash-files", **WORK) for _ in range(2))
    (folders / "ids").write_text(f"{one}\n")
    with Terminal((sys.executable, "-m", "jobdash")) as terminal:
        terminal.wait_for(one[-8:], 20)
        with (folders / "ids").open("a") as file:
            file.write(f"docs/{two}\n")
        terminal.wait_for(two[-8:], 20)
        terminal.press("q")
        assert terminal.exit_code(10) == 0


@pytest.mark.usefixtures("folders")
def test_a_job_is_watched_on_the_server_of_the_config(demo: DemoProcess, config: Path) -> None:
    job = demo.submit("compileo", "hash-files", gate="held", package="json", start=1, count=4)
    with Terminal((sys.executable, "-m", "jobdash", "--config", str(config), "--job", f"docs/{job}")) as terminal:
        terminal.wait_for(job[-8:], 20)
        terminal.press("q")
        assert terminal.exit_code(10) == 0
    discard(demo, job)


def test_what_was_tracked_before_is_watched_from_the_start(demo: DemoProcess) -> None:
    id = demo.submit("compileo", "hash-files", **WORK)
    tracked = Tracked(state_folder() / "tracked.db")
    tracked.add(demo.urls["compileo"], [TrackedJob(id=id)])
    tracked.close()
    with Terminal((sys.executable, "-m", "jobdash", demo.urls["compileo"], "--dialect", "compileo")) as terminal:
        terminal.wait_for(id[-8:], 20)
        terminal.press("q")
        assert terminal.exit_code(10) == 0


def test_without_any_terminal_it_is_one_sentence(config: Path) -> None:
    command = [sys.executable, "-m", "jobdash", "--jobs", "-", "--config", str(config)]
    ran = subprocess.run(
        command, input="docs/1\n", capture_output=True, text=True, timeout=20, start_new_session=True, check=False
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith("jobdash: --jobs -: the screen needs a terminal")
    assert ran.stderr.count("\n") == 1
