"""Runs the demo: the screen on its server. The server alone: see `serving.py`."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import IO

from jobdash.cli.demo_server import NAMES, read_ready, server
from jobdash.cli.screen import show
from jobdash.cli.wire import link_to
from jobdash.client.auth import Auth
from jobdash.client.secret import Literal, Secret
from jobdash.client.settings import ServerSettings
from jobdash.engine.monitor import Monitor, Watched

PATHS = {"pollapi": {"base": "/api/job-status"}, "mend": {"stream": "/{id}/events"}}
"""What a person would have to configure: the paths that two of the documents leave open."""


def run_demo(theme: str | None, *, slow_link: bool = False) -> int:
    """The server and the screen on it; both end together, whatever happens to either."""
    with server() as (process, announcements):
        ready = read_ready(process, announcements)
        servers = [watched(face, ready["ready"][face], ready["keys"].get(face)) for face in NAMES]

        async def follow(monitor: Monitor) -> None:
            async for job in _announced(announcements):
                monitor.track(NAMES[job["face"]], [job["id"]], {job["id"]: job["label"]})

        return show(servers, theme, companions=[follow], slow_link=slow_link)


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
