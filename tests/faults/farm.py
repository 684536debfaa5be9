"""A small job server with a listing, single jobs, streams of one job and a stream of all, which can fall ill."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from tests.client.scripted import STREAM, Peer, Received, Script, Server, answer, serving

SINGLE_JOBS = """
title = "Farm"
base = ""
poll = "2s"
[states]
running = "running"
completed = "completed"
[job]
id = "id"
state = "status"
progress = { at = "progress", unit = "percent" }
updated_at = { at = "updated_at", unit = "s" }
[get]
path = "/jobs/{id}"
[stream]
path = "/jobs/{id}/events"
at = { at = "updated_at", unit = "s" }
"""
MAPPING = (
    SINGLE_JOBS
    + """
[list]
path = "/jobs"
items = "jobs"
[feed]
path = "/feed"
at = { at = "updated_at", unit = "s" }
"""
)

Concerns = Callable[[str], bool]


def everything(path: str) -> bool:
    return True


def streams(path: str) -> bool:
    return path == "/feed" or path.endswith("/events")


class Farm:
    """`fault` answers the requests that it `concerns`. `lifetime`: streams are closed after so many seconds.

    A stream goes on after the cursor that it is asked for; `cursors` are all that were. Of more than `most_streams` it
    turns one away.
    """

    def __init__(self, *ids: str) -> None:
        self.jobs: dict[str, dict[str, Any]] = {}
        self.fault: Script | None = None
        self.concerns: Concerns = everything
        self.lifetime: float | None = None
        self.cursors: list[str] = []
        self.most_streams: int | None = None
        self.turned_away = 0
        self._events: list[bytes] = []
        self.token: str | None = None
        self._told = 0
        self._open: list[tuple[str, Peer]] = []
        self._stack = AsyncExitStack()
        self.port = 0
        self.server: Server
        for id in ids:
            self.put(id)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def listeners(self) -> int:
        """How many streams are open."""
        return len(self._open)

    @property
    def paths(self) -> list[str]:
        """Which streams are open."""
        return [path for path, _ in self._open]

    def put(self, id: str, status: str = "running", progress: float = 0.0) -> bytes:
        """Changes a job; the event that tells of it."""
        self._told += 1
        told = {"updated_at": 1_000 + self._told, "version": self._told}
        self.jobs[id] = {"id": id, "status": status, "progress": progress, **told}
        self._events.append(f"id: {self._told}\ndata: {json.dumps(self.jobs[id])}\n\n".encode())
        return self._events[-1]

    def forget(self) -> None:
        """A restart with nothing in memory."""
        self.jobs.clear()
        self._events.clear()
        self._told = 0

    async def tell(self, id: str, status: str = "running", progress: float = 0.0) -> None:
        """Changes a job and says so to everybody who listens."""
        await self.say(self.put(id, status, progress), id)

    async def say(self, event: bytes, id: str) -> None:
        """Sends the bytes to everybody who listens to all jobs, or to this one."""
        for path, peer in list(self._open):
            if path in ("/feed", f"/jobs/{id}/events"):
                try:
                    await peer.send(event)
                except ConnectionError:
                    self._open.remove((path, peer))

    async def open(self, host: str = "127.0.0.1") -> None:
        """Listens, at the same port as before."""
        self.server = await self._stack.enter_async_context(serving(self._script, self.port, host))
        self.port = self.server.port

    async def close(self) -> None:
        """Refuses from now on; every connection is cut."""
        self._open.clear()
        await self._stack.aclose()

    async def falls_ill(self, fault: Script | None, concerns: Concerns = everything) -> None:
        """From now on answers like this, or refuses (None); what was open is cut off."""
        if fault is None:
            await self.close()
            return
        self.fault, self.concerns = fault, concerns
        await self.cut()

    async def cut(self) -> None:
        """Every open stream is cut off."""
        for _, peer in self._open:
            peer.cut()
        self._open.clear()

    async def recovers(self) -> None:
        if self.fault is None:
            await self.open()
        self.fault = None

    async def _script(self, request: Received, peer: Peer) -> None:
        path = request.target.partition("?")[0]
        if self.fault is not None and self.concerns(path):
            await self.fault(request, peer)
        elif self.token is not None and request.headers.get("authorization") != f"Bearer {self.token}":
            await peer.send(answer('{"error": "expired"}', "401 Unauthorized"))
        elif streams(path):
            await self._stream(path, request.headers.get("last-event-id", ""), peer)
        else:
            await peer.send(self.told_of(path))

    async def _stream(self, path: str, cursor: str, peer: Peer) -> None:
        if self.most_streams is not None and self.listeners >= self.most_streams:
            self.turned_away += 1
            await peer.send(answer("{}", "429 Too Many Requests", retry_after="5"))
            return
        self.cursors.append(cursor)
        missed = self._events[int(cursor) :] if cursor else []
        await peer.send(STREAM.encode() + b": hello\n\n" + b"".join(missed))
        self._open.append((path, peer))
        try:
            async with asyncio.timeout(self.lifetime):
                await peer.closed()
        except TimeoutError:
            peer.writer.close()
        finally:
            if (path, peer) in self._open:
                self._open.remove((path, peer))

    def told_of(self, path: str) -> bytes:
        if path == "/jobs":
            return answer(json.dumps({"jobs": list(self.jobs.values())}))
        job = self.jobs.get(path.removeprefix("/jobs/"))
        return answer(json.dumps(job)) if job else answer("{}", "404 Not Found")


@asynccontextmanager
async def farming(*ids: str) -> AsyncIterator[Farm]:
    """An open farm with these jobs."""
    farm = Farm(*ids)
    await farm.open()
    try:
        yield farm
    finally:
        await farm.close()
        await asyncio.sleep(0)
