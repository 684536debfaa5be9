"""The demo's server as a process of its own, that always ends with this one."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from jobdash.model.errors import ConfigError

SERVE = (sys.executable, "-m", "jobdash.demo")
STOP_WITHIN = 5.0
"""Seconds for the demo server to end by itself before it is ended."""

NAMES = {"compileo": "docs", "jobstatus": "crawl", "filelens": "previews", "mend": "media", "pollapi": "index"}
"""How the demo's five APIs are called on the screen."""


@contextmanager
def server() -> Iterator[tuple["subprocess.Popen[bytes]", IO[bytes]]]:
    """The process and its announcements. It ends when its stdin does, so also when this process is killed."""
    process = subprocess.Popen(
        (*SERVE, "--with-parent"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True
    )
    if process.stdin is None or process.stdout is None:
        raise AssertionError("asked for pipes, got none")
    try:
        yield process, process.stdout
    finally:
        process.stdin.close()
        process.stdout.close()
        try:
            process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def read_ready(process: "subprocess.Popen[bytes]", announcements: IO[bytes]) -> dict[str, Any]:
    """The first line: addresses and keys by API. Raises ConfigError when the server ended before it."""
    line = announcements.readline()
    if not line:
        raise ConfigError(f"the demo server ended with exit code {process.wait()} before it was ready")
    ready: dict[str, Any] = json.loads(line)
    return ready
