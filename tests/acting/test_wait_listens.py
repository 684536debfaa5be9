"""`jobdash wait` on a server that streams: it listens instead of asking again and again, and asks where it must."""

import asyncio
import json
from collections import Counter

import pytest

from tests.acting.by_command import ended, started
from tests.acting.farm import until
from tests.client.scripted import Peer, Received, answer, serving

pytestmark = pytest.mark.usefixtures("home")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


class Streaming:
    """A Compileo server with one job; `streams` says whether the stream is there, `asked` counts what is asked."""

    def __init__(self, *, streams: bool = True) -> None:
        self.status = "running"
        self.asked = Counter[str]()
        self.streams = streams
        self.changed = asyncio.Event()

    async def script(self, request: Received, peer: Peer) -> None:
        kind = request.target.partition("?")[0].rpartition("/")[2]
        kind = kind if kind in ("stream", "poll") else "status"
        self.asked[kind] += 1
        if kind == "stream" and self.streams:
            await peer.send(HEAD + self.event())
            await self.changed.wait()
            await peer.send(self.event())
            peer.writer.close()
        elif kind == "status":
            await peer.send(answer(self.told()))
        else:
            await peer.send(answer('{"detail": "Not Found"}', "404 Not Found"))

    def told(self) -> str:
        return json.dumps({"job_id": "j-1", "status": self.status, "progress": 50.0})

    def event(self) -> bytes:
        return f"data: {self.told()}\n\n".encode()

    def complete(self) -> None:
        self.status = "completed"
        self.changed.set()


async def test_a_stream_tells_the_end() -> None:
    made = Streaming()
    async with serving(made.script) as server:
        process = await started("wait", f"{server.url}/api/v1/jobs/status/j-1", "--dialect", "compileo")
        await until(lambda: made.asked["stream"])
        made.complete()
        code, out, said = await ended(process)
    assert code == 0, said
    assert out.decode().splitlines()[-1] == "1 completed, 0 failed, 0 cancelled"
    assert made.asked == {"status": 2, "stream": 1}


@pytest.mark.parametrize("words", [("--interval", "100ms"), ("--max-attempts", "500", "--interval", "100ms")])
async def test_who_says_how_often_is_polled(words: tuple[str, ...]) -> None:
    made = Streaming()
    async with serving(made.script) as server:
        process = await started("wait", f"{server.url}/api/v1/jobs/status/j-1", "--dialect", "compileo", *words)
        await until(lambda: made.asked["status"] > 5)
        made.complete()
        assert (await ended(process))[0] == 0
    assert set(made.asked) == {"status"}


async def test_without_stream_and_long_poll_it_polls() -> None:
    made = Streaming(streams=False)
    async with serving(made.script) as server:
        process = await started("wait", f"{server.url}/api/v1/jobs/status/j-1", "--dialect", "compileo")
        await until(lambda: made.asked["stream"] and made.asked["poll"] and made.asked["status"] > 1)
        made.complete()
        assert (await ended(process))[0] == 0
    assert made.asked["stream"] == made.asked["poll"] == 1
