"""A job server for measurements: a listing of N jobs, and a feed of C changes a second. Run as a process of its own.

As of a real one, its feed tells of jobs that run, and of others when they enter another state.

`/sent` tells how many events were sent so far; `/calm` ends the changes, so that what is true then stays true.
"""

import asyncio
import json
import sys
from itertools import count

MAPPING = """
title = "Bench"
base = ""
[states]
pending = "pending"
running = "running"
completed = "completed"
failed = "failed"
[job]
id = "id"
state = "status"
type = "type"
worker = "worker"
progress = { at = "progress", unit = "percent" }
step = "step"
created_at = { at = "created_at", unit = "s" }
updated_at = { at = "updated_at", unit = "s" }
[get]
path = "/jobs/{id}"
[list]
path = "/jobs"
items = "jobs"
total = "total"
paging = "offset"
offset_param = "offset"
size_param = "limit"
size = 1000
[feed]
path = "/feed"
"""

TICK = 0.02
STEADY = 500
"""So many ticks pass before jobs change their states."""

STATES = ("running", "running", "running", "pending", "completed", "completed")
"""None fails: those that do stand on top of the screen, where those are to stand that change."""


def status(number: int, version: int) -> str:
    """The state of a job, in the server's own word."""
    return STATES[(number + version // STEADY) % len(STATES)]


def job(number: int, version: int) -> dict[str, object]:
    """A job that moves a little with every version."""
    return {
        "id": f"job-{number:07}",
        "status": status(number, version),
        "type": f"type-{number % 7}",
        "worker": f"worker-{number % 13}",
        "progress": (number + version) % 101,
        "step": f"step {version} of many",
        "created_at": 1_700_000_000 + number,
        "updated_at": 1_700_000_000 + number + version,
    }


class JobServer:
    """Speaks just enough HTTP for the client: one answer a connection, or one endless stream."""

    def __init__(self, jobs: int, changes: int) -> None:
        self._jobs = jobs
        self._changes = changes
        self._versions = dict.fromkeys(range(jobs), 0)
        self._sent = 0
        self._turn = 0

    async def serve(self) -> None:
        """Prints its address and serves until it is stopped."""
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        async with server:
            await server.serve_forever()

    def job(self, number: int) -> dict[str, object]:
        """What is true of a job now."""
        return job(number, self._versions[number])

    def changed(self, number: int) -> dict[str, object]:
        """The same, just after it changed."""
        return self.job(number)

    def _next(self, version: int) -> int:
        """The next job that has something to tell in this version."""
        for _ in range(self._jobs):
            number, self._turn = self._turn * 7919 % self._jobs, self._turn + 1
            now = status(number, version)
            if now == "running" or now != status(number, self._versions[number]):
                break
        return number

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode()
            path, _, query = request.partition("?")
            if path == "/feed":
                await self._feed(writer)
            elif path == "/jobs":
                asked = dict(part.split("=") for part in query.split("&") if part)
                offset, limit = int(asked.get("offset", 0)), int(asked.get("limit", 100))
                listed = [self.job(n) for n in range(offset, min(offset + limit, self._jobs))]
                await _json(writer, {"jobs": listed, "total": self._jobs})
            elif path in ("/sent", "/calm"):
                self._changes = self._changes if path == "/sent" else 0
                await _json(writer, self._sent)
            else:
                await _json(writer, self.job(int(path.rpartition("-")[2])))
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _feed(self, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n: hello\n\n")
        loop = asyncio.get_running_loop()
        began = loop.time() - self._sent / self._changes if self._changes else 0.0
        for version in count(1 + max(self._versions.values())):
            due = int((loop.time() - began) * self._changes) - self._sent
            for turn in range(self._sent, self._sent + max(0, due)):
                number = self._next(version)
                self._versions[number] = version
                writer.write(f"id: {turn}\ndata: {json.dumps(self.changed(number))}\n\n".encode())
            self._sent += max(0, due)
            await writer.drain()
            await asyncio.sleep(max(TICK, 0.2 / max(1, self._changes)))


async def _json(writer: asyncio.StreamWriter, body: object) -> None:
    data = json.dumps(body).encode()
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode() + data)
    await writer.drain()


if __name__ == "__main__":
    asyncio.run(JobServer(int(sys.argv[1]), int(sys.argv[2])).serve())
