"""Runs the demo: its server as a process of its own, and the screen on the addresses that it prints."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import IO, Any

from jobdash.cli.screen import show
from jobdash.cli.wire import link_to
from jobdash.client.auth import Auth
from jobdash.client.secret import Literal, Secret
from jobdash.client.settings import ServerSettings
from jobdash.engine.monitor import Monitor, Watched
from jobdash.model.errors import ConfigError

SERVE = (sys.executable, "-m", "jobdash.demo")
STOP_WITHIN = 5.0
"""Seconds for the demo server to end by itself before it is ended."""

NAMES = {"compileo": "docs", "jobstatus": "crawl", "filelens": "previews", "mend": "media", "pollapi": "index"}
"""How the demo's five APIs are called on the screen."""

PATHS = {"pollapi": {"base": "/api/job-status"}, "mend": {"stream": "/{id}/events"}}
"""What a person would have to configure: the paths that two of the documents leave open."""


def serve_demo() -> int:
    """Only the server: it prints its addresses and serves until it is stopped."""
    try:
        return subprocess.run(SERVE, check=False).returncode
    except KeyboardInterrupt:
        return 0


def run_demo(theme: str | None) -> int:
    """The server and the screen on it; both end together, whatever happens to either."""
    with _server() as (process, announcements):
        ready = _read_ready(process, announcements)
        servers = [watched(face, ready["ready"][face], ready["keys"].get(face)) for face in NAMES]

        async def follow(monitor: Monitor) -> None:
            async for job in _announced(announcements):
                monitor.track(NAMES[job["face"]], [job["id"]], {job["id"]: job["label"]})

        return show(servers, theme, companions=[follow])


async def _announced(announcements: IO[bytes]) -> AsyncIterator[dict[str, str]]:
    """The jobs that the server announces, as an application that submits jobs would log them."""
    lines = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), announcements
    )
    try:
        async for line in lines:
            if (job := json.loads(line).get("submitted")) is not None:
                yield job
    finally:
        transport.close()


@contextmanager
def _server() -> Iterator[tuple["subprocess.Popen[bytes]", IO[bytes]]]:
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


def _read_ready(process: "subprocess.Popen[bytes]", announcements: IO[bytes]) -> dict[str, Any]:
    line = announcements.readline()
    if not line:
        raise ConfigError(f"the demo server ended with exit code {process.wait()} before it was ready")
    ready: dict[str, Any] = json.loads(line)
    return ready


def watched(face: str, url: str, key: str | None) -> Watched:
    """One of the demo's servers, as a person would configure it."""
    auth = Auth.header("X-API-Key", Literal(Secret(key))) if key else None
    paths = dict(PATHS.get(face, {}))
    base = paths.pop("base", None)
    proof = auth.masked() if auth is not None else None
    return Watched(
        link=link_to(ServerSettings(name=NAMES[face], url=url, dialect=face, auth=auth, base=base, paths=paths)),
        proof=proof,
    )
