"""A machine that slept: what lies in its buffers when it wakes is of before, and it believes nothing until it asked."""

import asyncio
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process

import pytest

from tests.client.scripted import Peer, Received
from tests.faults.conftest import until
from tests.faults.farm import Farm, everything, farming
from tests.faults.fast_clock import SPEED

ASLEEP = 20.0
"""Seconds of the fast clock: long enough to be noticed."""


async def says(process: Process, phase: str) -> list[str]:
    """What it says until it speaks of this phase, that last."""
    assert process.stdout is not None
    told: list[str] = []
    async with asyncio.timeout(30):
        while not told or not told[-1].startswith(phase + " "):
            line = (await process.stdout.readline()).decode()
            assert line, told
            told.append(line.strip())
    return told


async def silence(request: Received, peer: Peer) -> None:
    """A network that is not back yet."""
    await peer.closed()


async def sleeps(process: Process, farm: Farm) -> None:
    """Puts it to sleep while answers and events are on their way to it; when it wakes, nobody answers."""
    asked, released, sent = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def held(request: Received, peer: Peer) -> None:
        told = farm.told_of(request.target)
        asked.set()
        await released.wait()
        await peer.send(told)
        sent.set()

    farm.fault, farm.concerns = held, frozenset({"/jobs"}).__contains__
    await asked.wait()
    process.send_signal(signal.SIGSTOP)
    slept_at = time.monotonic()
    released.set()
    await sent.wait()
    for progress in range(1, 500):
        await farm.tell("a", progress=progress / 5)
    farm.fault, farm.concerns = silence, everything
    await until(lambda: time.monotonic() > slept_at + ASLEEP / SPEED, "a night")
    process.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("streamed", [True, False], ids=["stream", "polls"])
async def test_what_lies_in_the_buffers_of_a_machine_that_wakes_is_not_taken_for_news(streamed: bool) -> None:
    async with farming("a") as farm:
        if not streamed:
            farm.fault, farm.concerns = silence, frozenset({"/feed"}).__contains__
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.sleeper", farm.url, stdout=PIPE
        )
        try:
            await says(process, "live")
            if streamed:
                await until(lambda: farm.listeners == 1, "the stream")
            await sleeps(process, farm)
            told = await says(process, "stale")
            assert "this computer slept" in told[-1]
            assert int(told[-1].split()[1]) >= ASLEEP
            told = await says(process, "down")
            assert not [line for line in told if line.startswith("live")]
            farm.fault = None
            await says(process, "live")
        finally:
            process.kill()
            await process.wait()
