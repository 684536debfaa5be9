"""A thousand tracked jobs on a server that has streams of single jobs only: few connections; over HTTP/2, one."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from jobdash.client.dialect import Request
from jobdash.client.settings import Tls
from jobdash.model.errors import TimedOut
from jobdash.model.report import Pulse
from jobdash.model.server import Delivery
from tests.faults.conftest import ONLY_SINGLE_JOBS, PATIENT, link_to, until, watching
from tests.faults.farm import farming

JOBS = tuple(f"job-{number}" for number in range(1000))
GENEROUS: dict[str, Any] = {"rate": 1000.0, "burst": 1000, "at_once": 16, "poll": 60.0}


async def test_a_thousand_tracked_jobs_share_a_handful_of_connections() -> None:
    async with farming(*JOBS) as farm:
        link = link_to(farm.url, "sick", plan=ONLY_SINGLE_JOBS, timeouts=PATIENT)
        async with watching(link, jobs=JOBS, streams=6, **GENEROUS) as watch:
            await until(lambda: watch.status("sick").delivery is Delivery.STREAM, "a stream")
            await until(lambda: watch.monitor.total() == len(JOBS), "every job to be read", 30)
            await until(lambda: farm.listeners == 6, "all streams that are allowed")
            assert farm.server.connections <= 6 + 16 + 4


async def test_over_http2_all_streams_to_a_server_share_one_connection() -> None:
    pytest.importorskip("h2", reason="needs the extra http2")
    from tests.faults.h2_server import CA, serving_h2

    async with serving_h2() as server:
        link = link_to(server.url, "sick", plan=ONLY_SINGLE_JOBS, timeouts=PATIENT, tls=Tls(ca=CA))
        async with watching(link, jobs=JOBS, streams=40, **GENEROUS) as watch:
            await until(lambda: watch.monitor.total() == len(JOBS), "every job to be read", 30)
            await until(lambda: len(server.streams) >= 40, "all streams that are allowed")
            assert watch.live("sick")
            # One for what lasts, one for what is answered at once; a slow start may cost another of each.
            assert server.connections <= 4


async def test_over_http2_a_stream_that_is_closed_leaves_the_others_alone() -> None:
    pytest.importorskip("h2", reason="needs the extra http2")
    from tests.faults.h2_server import CA, serving_h2

    async with serving_h2() as server:
        link = link_to(server.url, "sick", plan=ONLY_SINGLE_JOBS, timeouts=PATIENT, tls=Tls(ca=CA))
        streams = [link.listen(Request(path=f"/jobs/{id}/events"), id) for id in JOBS[:20]]
        try:
            assert set(await asyncio.gather(*(anext(stream) for stream in streams))) == {Pulse()}
            await streams[0].aclose()
            await until(lambda: len(server.streams) == 19, "one stream to be closed")
            assert server.connections == 1
        finally:
            await asyncio.gather(*(stream.aclose() for stream in streams))
            await link.aclose()


async def test_over_http2_a_stream_that_is_given_up_before_its_answer_is_reset() -> None:
    pytest.importorskip("h2", reason="needs the extra http2")
    from tests.faults.h2_server import CA, serving_h2

    async with serving_h2() as server:
        link = link_to(server.url, "sick", plan=ONLY_SINGLE_JOBS, timeouts=PATIENT, tls=Tls(ca=CA))
        kept = link.listen(Request(path="/jobs/a/events"), "a")
        try:
            assert await anext(kept) == Pulse()
            # More than a server has to allow at once: one that was not told of the end would have no room left.
            for number in range(120):
                stream = link.listen(Request(path="/jobs/a/silence"), "a")
                opening = asyncio.ensure_future(anext(stream))
                await until(lambda: len(server.streams) == 2, f"stream {number} to be asked for")
                opening.cancel()
                await asyncio.gather(opening, return_exceptions=True)
                await until(lambda: len(server.streams) == 1, f"stream {number} to be reset")
            again = link.listen(Request(path="/jobs/b/events"), "b")
            assert await anext(again) == Pulse()
            assert server.connections == 1
            await again.aclose()
        finally:
            await kept.aclose()
            await link.aclose()


async def test_over_http2_a_stream_that_is_given_up_while_it_connects_leaves_no_connection_behind() -> None:
    pytest.importorskip("h2", reason="needs the extra http2")
    from tests.faults.h2_server import CA, serving_h2

    async with serving_h2(busy=True) as server:
        link = link_to(server.url, "sick", plan=ONLY_SINGLE_JOBS, timeouts=PATIENT, tls=Tls(ca=CA))
        streams = [link.listen(Request(path=f"/jobs/{id}/events"), id) for id in JOBS[:3]]
        opening = [asyncio.ensure_future(anext(stream)) for stream in streams]
        try:
            await until(lambda: link.sent == 3, "every request to be begun")
            opening[1].cancel()
            await asyncio.gather(opening[1], return_exceptions=True)
            await server.serves()
            assert await opening[0] == await opening[2] == Pulse()
            assert server.connections == 1
        finally:
            await asyncio.gather(*opening, *(stream.aclose() for stream in streams), return_exceptions=True)
            await link.aclose()
        await until(lambda: server.connections > 0 and not server.tasks, "every connection to be closed")


async def test_over_http2_what_falls_silent_is_noticed_although_others_go_on() -> None:
    pytest.importorskip("h2", reason="needs the extra http2")
    from tests.faults.h2_server import CA, serving_h2

    async with serving_h2() as server:
        timeouts = replace(PATIENT, silence=0.5, total=0.5)
        link = link_to(server.url, "sick", plan=ONLY_SINGLE_JOBS, timeouts=timeouts, tls=Tls(ca=CA))
        silent = link.listen(Request(path="/jobs/a/events"), "a")
        chatty = link.listen(Request(path="/jobs/b/chatter"), "b")
        try:
            assert await anext(silent) == await anext(chatty) == Pulse()
            waits = asyncio.ensure_future(anext(silent))
            while not waits.done():
                assert await anext(chatty) == Pulse()
            with pytest.raises(TimedOut, match=r"silent for 0\.5 s"):
                await waits
            download = asyncio.ensure_future(link.fetch("/jobs/c/silence").__aenter__())
            while not download.done():
                assert await anext(chatty) == Pulse()
            with pytest.raises(TimedOut):
                await download
            assert server.connections == 1
        finally:
            await asyncio.gather(silent.aclose(), chatty.aclose())
            await link.aclose()
