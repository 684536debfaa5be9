"""One quiet demo for all tests of the command line, a config with its five servers, and a way to run a command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jobdash.cli.app import run
from tests.demo_process import DemoProcess

NAMES = {"docs": "compileo", "crawl": "jobstatus", "previews": "filelens", "media": "mend", "index": "pollapi"}
EXTRA = {
    "media": 'auth = { header = "X-API-Key", env = "MEND_KEY" }\npaths = { stream = "/{id}/events" }\n',
    "index": 'base = "/api/job-status"\n',
}
PLACES = {"docs": "/api/v1/jobs/status/", "crawl": "/api/jobs/", "index": "/api/job-status/"}


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def records(self) -> list[dict[str, Any]]:
        """The JSON lines."""
        return [json.loads(line) for line in self.lines]


Cli = Callable[..., Ran]


@pytest.fixture(scope="session")
def demo() -> Iterator[DemoProcess]:
    """A quiet, fast demo."""
    with DemoProcess() as running:
        yield running


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Config and state folders of the test's own; its config folder."""
    for name in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("MEND_KEY", "demo-key")
    monkeypatch.setenv("NO_PROXY", "*")
    folder = tmp_path / "config" / "jobdash"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def config(demo: DemoProcess, folders: Path) -> Path:
    """A config with the demo's five servers, asked often."""
    return write_config(folders, {name: demo.urls[face] for name, face in NAMES.items()})


def write_config(folder: Path, urls: dict[str, str], extra: dict[str, str] | None = None) -> Path:
    """A config file with these servers; `extra` are more lines of a server's table."""
    tables = []
    for name, url in urls.items():
        more = EXTRA.get(name, "") + (extra or {}).get(name, "")
        tables.append(f'[[servers]]\nname = "{name}"\nurl = "{url}"\ndialect = "{NAMES[name]}"\npoll = "100ms"\n{more}')
    path = folder / "config.toml"
    path.write_text("\n".join(tables))
    return path


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a command in this process."""

    def call(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run(arguments)
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return Ran(code, printed.out, printed.err)

    return call


def start(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    """A command as a process of its own."""
    pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(
        [sys.executable, "-m", "jobdash", *arguments], text=True, env=os.environ.copy(), **{**pipes, **options}
    )


def discard(demo: DemoProcess, id: str) -> None:
    """Takes a job that waits away, so that its worker is free again; one that is gone already is none."""
    if any(job["id"] == id for job in demo.control("GET", "/jobs")["jobs"]):
        demo.control("DELETE", f"/jobs/{id}")
