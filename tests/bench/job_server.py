"""A job server for measurements: a listing of N jobs, and a feed of C changes a second. Run as a process of its own."""

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

STATES = ("running", "running", "running", "pending", "failed", "completed")


def job(number: int, version: int) -> dict[str, object]:
    """A job that moves a little with every version."""
    return {
        "id": f"job-{number:07}",
        "status": STATES[number % len(STATES)],
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

    async def serve(self) -> None:
        """Prints its address and serves until it is stopped."""
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        async with server:
            await server.serve_forever()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode()
            path, _, query = request.partition("?")
            if path == "/feed":
                await self._feed(writer)
            elif path == "/jobs":
                asked = dict(part.split("=") for part in query.split("&") if part)
                offset, limit = int(asked.get("offset", 0)), int(asked.get("limit", 100))
                listed = [job(n, 0) for n in range(offset, min(offset + limit, self._jobs))]
                await _json(writer, {"jobs": listed, "total": self._jobs})
            else:
                await _json(writer, job(int(path.rpartition("-")[2]), 0))
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _feed(self, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n: hello\n\n")
        loop = asyncio.get_running_loop()
        began, sent = loop.time(), 0
        for version in count(1):
            due = int((loop.time() - began) * self._changes) - sent
            for number in range(sent, sent + due):
                event = json.dumps(job(number * 7919 % self._jobs, version))
                writer.write(f"id: {number}\ndata: {event}\n\n".encode())
            sent += due
            await writer.drain()
            await asyncio.sleep(0.02)


async def _json(writer: asyncio.StreamWriter, body: object) -> None:
    data = json.dumps(body).encode()
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode() + data)
    await writer.drain()


if __name__ == "__main__":
    asyncio.run(JobServer(int(sys.argv[1]), int(sys.argv[2])).serve())
