"""A server in trouble as a whole: told in one line, no harm to others, asked ever more rarely, well by itself."""

import math

import pytest

from jobdash.model.server import ServerStatus
from tests.faults.ailments import AILMENTS, Ailment
from tests.faults.conftest import PATIENT, ill_and_well, link_to, until, watching
from tests.faults.farm import farming

AT_FIRST = 8
"""So many requests may be under way or about to be made before the first failure is known."""


@pytest.mark.parametrize("ailment", AILMENTS.values(), ids=AILMENTS.keys())
async def test_it_is_told_costs_little_and_passes(ailment: Ailment) -> None:
    async with farming("a", "b", "c") as sick, farming("w") as well:
        link, other = link_to(sick.url, "sick"), link_to(well.url, "well", timeouts=PATIENT)
        async with watching(link, other) as watch:
            await ill_and_well(sick, well, watch)
            sent, began = link.sent, watch.clock.monotonic()
            await sick.falls_ill(ailment.script)
            await until(lambda: told(watch.status("sick"), ailment), f"{ailment.phase} and the words {ailment.words!r}")
            status = watch.status("sick")
            assert status.message is not None and status.message.isprintable() and len(status.message) < 400
            assert status.next_try_at is not None

            await well.tell("w", progress=50)
            await until(lambda: watch.progress("well", "w") == 50, "the other server's news")
            if ailment.patience < 100:
                tries = link.sent + 2 * ailment.requests
                await until(lambda: link.sent >= tries, "two more tries")
            elapsed = watch.clock.monotonic() - began
            assert link.sent - sent <= allowed(ailment, elapsed)
            assert watch.live("well")
            assert watch.progress("sick", "a") == 0
            assert not watch.live("sick")

            await sick.recovers()
            await sick.tell("a", progress=70)
            if ailment.patience > 100:
                watch.monitor.refresh()
            await until(lambda: watch.live("sick") and watch.progress("sick", "a") == 70, "the server to be well again")
            await until(lambda: watch.status("sick").message is None, "nothing to be said of it any more")


def told(status: ServerStatus, ailment: Ailment) -> bool:
    return status.phase is ailment.phase and ailment.words in (status.message or "")


def allowed(ailment: Ailment, elapsed: float) -> float:
    """How many requests may be sent within `elapsed` seconds: waits double, to half a minute, or as it was asked."""
    tries = elapsed / ailment.patience if ailment.patience else math.log2(1 + elapsed) + elapsed / 15
    return ailment.requests * (AT_FIRST + 1 + tries)
