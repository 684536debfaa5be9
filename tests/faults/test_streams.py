"""A server whose streams alone are in trouble: the listing takes over, it is told why, and the stream comes back."""

import asyncio
from dataclasses import dataclass

import pytest

from jobdash.model.server import Delivery
from tests.client.scripted import STREAM, Peer, Received, Script, always, answer, hanging_up, streaming
from tests.faults.conftest import PATIENT, ill_and_well, link_to, until, watching
from tests.faults.farm import farming, streams

CHUNKED = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


@dataclass(frozen=True)
class Broken:
    """One try costs so many `requests`."""

    words: str
    script: Script
    requests: int = 1


async def silent(request: Received, peer: Peer) -> None:
    await peer.closed()


async def without_fin(request: Received, peer: Peer) -> None:
    """Opens as it should, and then is dead without a sign of it."""
    await peer.send(STREAM + ": hello\n\n")
    await peer.closed()


async def without_its_keep_alives(request: Received, peer: Peer) -> None:
    """Keeps alive for a while, and then is dead without a sign of it."""
    await peer.send(STREAM)
    for _ in range(4):
        await peer.send(b": still here\n\n")
        await asyncio.sleep(0.05)
    await peer.closed()


async def dripping(request: Received, peer: Peer) -> None:
    """Byte after byte of one event that never ends."""
    await peer.send(STREAM)
    while True:
        await peer.send(b"d")
        await asyncio.sleep(0.1)


async def one_line(request: Received, peer: Peer) -> None:
    """20 MB without a line break, then nothing."""
    await peer.send(STREAM + "data: ")
    await peer.send(b"x" * 20_000_000)
    await peer.closed()


BROKEN = {
    "never answers": Broken("silent for 0.5 s", silent),
    "one byte a second": Broken("no whole line of the stream within 0.6 s", dripping),
    "closes mid-header": Broken("closed the connection without an answer", hanging_up(b"HTTP/1.1 200 OK\r\ncont")),
    "closes mid-chunk": Broken("in the middle of an answer", hanging_up(f"{CHUNKED}ff\r\ndata: ".encode())),
    "closes mid-event": Broken("the server ends it at once", streaming(b'id: 9\ndata: {"id": "a"')),
    "is cut mid-event": Broken("in the middle of an answer", streaming(b": hello\n\n", b"data: {", then="cut")),
    "html with 200": Broken("answered HTML instead", always(answer("<html>", kind="text/html"))),
    "wrong content type": Broken("answered application/json instead", always(answer("{}"))),
    "gzip garbage": Broken(
        "compression is broken", hanging_up(STREAM.replace("close", "close\r\ncontent-encoding: gzip").encode() + b"hi")
    ),
    "20 MB of one line": Broken("silent for 0.5 s", one_line),
    "500 storm": Broken("Internal Server Error (500)", always(answer("oops", "500 Internal Server Error"))),
    "stops without FIN": Broken("silent for 0.5 s", without_fin),
    "misses its keep-alives": Broken("its keep-alives stopped", without_its_keep_alives),
    "endless redirects": Broken("redirects without end", always(answer("", "302 Found", location="/feed")), requests=6),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
async def test_it_is_told_and_the_listing_takes_over(broken: Broken) -> None:
    async with farming("a", "b") as sick, farming("w") as well:
        link = link_to(sick.url, "sick")
        async with watching(link, link_to(well.url, "well", timeouts=PATIENT)) as watch:
            await ill_and_well(sick, well, watch)
            await until(lambda: watch.status("sick").delivery is Delivery.FEED, "the stream")
            sent, began = link.sent, watch.clock.monotonic()
            await sick.falls_ill(broken.script, streams)
            await until(lambda: broken.words in (watch.status("sick").message or ""), f"the words {broken.words!r}")
            await until(lambda: watch.live("sick", "well"), "the listing to tell instead")

            await sick.tell("a", progress=40)
            await until(lambda: watch.progress("sick", "a") == 40, "the news by another way")
            await well.tell("w", progress=50)
            await until(lambda: watch.progress("well", "w") == 50, "the other server's news")
            await until(lambda: watch.clock.monotonic() > began + 12, "some more tries")
            assert link.sent - sent <= allowed(broken, watch.clock.monotonic() - began)

            await sick.recovers()
            await until(lambda: watch.status("sick").delivery is Delivery.FEED, "the stream to come back", 30)
            await until(lambda: watch.status("sick").message is None, "the words to go")
            await sick.tell("a", progress=70)
            await until(lambda: watch.progress("sick", "a") == 70, "the news by the stream")


def allowed(broken: Broken, elapsed: float) -> float:
    """How many requests may be sent within `elapsed` seconds: a listing every 2 s, three streams that give up."""
    return 4 + elapsed / 2 + broken.requests * (9 + elapsed / 3)
