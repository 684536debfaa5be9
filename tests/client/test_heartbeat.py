"""Silence is judged by the stream's own keep-alives: three missed ones are enough, and nothing else teaches."""

import asyncio

import pytest

from jobdash.client.dialect import Request
from jobdash.client.heartbeat import Heartbeat, Trust
from jobdash.client.settings import Timeouts
from jobdash.model.errors import TimedOut
from jobdash.model.report import Pulse, StreamError
from tests.client.conftest import Connect
from tests.client.scripted import STREAM, Peer, Received, Script, serving

PATIENT = Timeouts(silence=30.0, heartbeat=0.2)


def spaced(*chunks: bytes, pause: float) -> Script:
    """These chunks, a pause after each, and then not a byte more."""

    async def script(request: Received, peer: Peer) -> None:
        await peer.send(STREAM)
        for chunk in chunks:
            await peer.send(chunk)
            await asyncio.sleep(pause)
        await peer.closed()

    return script


def told(gaps: list[float], *, most: float = 45.0, least: float = 5.0) -> float:
    """The patience after keep-alives that came so many seconds after each other."""
    heartbeat, at = Heartbeat(most=most, least=least), 0.0
    heartbeat.beat(at)
    for gap in gaps:
        at += gap
        heartbeat.beat(at)
    return heartbeat.patience


@pytest.mark.parametrize(
    ("gaps", "patience"),
    [([], 45), ([4], 45), ([1, 4], 12), ([4, 4, 4], 12), ([0.1, 0.1], 5), ([15, 15], 45), ([60, 60], 45)],
)
def test_three_missed_ones_between_the_floor_and_the_limit(gaps: list[float], patience: float) -> None:
    assert told(gaps) == patience


def test_events_between_keep_alives_teach_nothing() -> None:
    heartbeat = Heartbeat(most=45, least=1)
    for at in range(10):
        heartbeat.beat(at)
        heartbeat.other()
    assert heartbeat.patience == 45


def test_every_stream_that_is_called_dead_makes_the_next_ones_more_patient() -> None:
    trust = Trust()

    def taught() -> Heartbeat:
        heartbeat = Heartbeat(most=45, least=5, trust=trust)
        for at in (0.0, 0.1, 0.2):
            heartbeat.beat(at)
        return heartbeat

    together = [taught() for _ in range(6)]
    assert {heartbeat.patience for heartbeat in together} == {5}
    for heartbeat in together:
        heartbeat.died()
    for patience in (10, 20, 40, 45, 45):
        heartbeat = taught()
        assert heartbeat.patience == patience
        heartbeat.died()


def test_streams_that_are_irregular_again_are_called_dead_ever_more_rarely() -> None:
    trust, closed = Trust(), 0
    heartbeat, at = Heartbeat(most=4500, least=5, trust=trust), 0.0
    for number in range(10_000):
        late = number % 40 == 39
        at += 35 if late else 1
        if late and heartbeat.patience < 35:
            heartbeat.died()
            closed += 1
            heartbeat = Heartbeat(most=4500, least=5, trust=trust)
        heartbeat.beat(at)
    assert closed <= 5


async def test_a_server_that_is_regular_again_is_borne_no_longer_than_its_keep_alives_say(connect: Connect) -> None:
    async def script(request: Received, peer: Peer) -> None:
        await peer.send(STREAM)
        for _ in range(5 if request.target == "/slow" else 60):
            await peer.send(b": here\n\n")
            await asyncio.sleep(0.005)
        await peer.closed()

    async with serving(script) as server:
        connection, said = connect(server.url, timeouts=PATIENT), []
        for path in ("/slow", "/regular"):
            with pytest.raises(TimedOut) as death:
                async for _ in connection.listen(Request(path=path), lambda event: StreamError(event.data)):
                    pass
            said.append(str(death.value).split(",")[0])
    assert said == ["silent for 0.2 s", "silent for 0.2 s"]


async def test_a_greeting_in_pieces_before_slow_keep_alives_is_no_stream_that_dies_for_ever(connect: Connect) -> None:
    async def script(request: Received, peer: Peer) -> None:
        await peer.send(STREAM)
        for pause in (0.02, 0.02, *[0.5] * 100):
            await peer.send(b": here\n\n")
            await asyncio.sleep(pause)

    async with serving(script) as server:
        connection, deaths, heard = connect(server.url, timeouts=PATIENT), 0, 0
        while heard < 8 and deaths < 6:
            heard = 0
            try:
                async for _ in connection.listen(Request(path="/s"), lambda event: StreamError(event.data)):
                    heard += 1
                    if heard == 8:
                        break
            except TimedOut:
                deaths += 1
        assert heard == 8


@pytest.mark.parametrize("beat", [b": ping\n\n", b":\n", b"event: ping\ndata: {}\n\n"])
async def test_a_stream_whose_keep_alives_stop_is_dead_before_the_limit(connect: Connect, beat: bytes) -> None:
    async with serving(spaced(*[beat] * 5, pause=0.1)) as server:
        stream = connect(server.url, timeouts=PATIENT).listen(Request(path="/s"), lambda event: StreamError(event.data))
        heard = 0
        with pytest.raises(TimedOut, match="its keep-alives stopped"):
            async for _ in stream:
                heard += 1
    assert heard == 5


@pytest.mark.parametrize(
    "chunks", [[b"data: a\n\n"] * 5, [b"data: a\n"] * 5, [b": ping\n\n", b"data: a\n\n"] * 3, [b": ping\n\n"] * 2]
)
async def test_other_silence_is_borne_until_the_limit(connect: Connect, chunks: list[bytes]) -> None:
    limits = Timeouts(silence=1.0, heartbeat=0.2)
    async with serving(spaced(*chunks, pause=0.02)) as server:
        stream = connect(server.url, timeouts=limits).listen(Request(path="/s"), lambda event: StreamError(event.data))
        heard = []
        with pytest.raises(TimedOut, match=r"silent for 1 s$"):
            async for item in stream:
                heard.append(item)
    assert heard and set(heard) <= {Pulse(), StreamError("a")}
