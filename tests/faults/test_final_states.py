"""A storm of events on one stream, states that come again included: at its end every job is as its server has it."""

import asyncio
import json

import pytest

from jobdash.client.link import ServerLink
from jobdash.client.settings import ServerSettings
from jobdash.dialects.mapping.dialect import MappingDialect
from jobdash.dialects.mapping.load import parse_mapping
from jobdash.dialects.mapping.plan import Plan
from jobdash.model.job import JobKey
from tests.bench.job_server import MAPPING, STEADY, JobServer, job
from tests.faults.conftest import Watch, until, watching

JOBS = 300
ROUNDS = 20
FEW = 10
"""Requests: a listing or two, and the stream."""

ONLY_A_STREAM = MAPPING.replace('[get]\npath = "/jobs/{id}"\n', "")
"""Jobs that cannot be asked about one by one: what is known of them is what the stream told. Others need not be."""


class Storm(JobServer):
    """Tells of all jobs in turn, each round in another state, as fast as it is read; then it is calm."""

    def __init__(self) -> None:
        super().__init__(JOBS, 0)
        self.over = False
        self.leaving = asyncio.Event()

    def job(self, number: int) -> dict[str, object]:
        return job(number, self._versions[number] * STEADY)

    async def _feed(self, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        for version in range(1, ROUNDS + 1):
            for number in range(JOBS):
                self._versions[number] = version
                writer.write(f"id: {version}-{number}\ndata: {json.dumps(self.job(number))}\n\n".encode())
            await writer.drain()
        self.over = True
        await self.leaving.wait()

    def all_right(self, watch: Watch) -> bool:
        """True when every job is known as it is."""
        return all(self._right(watch, number) for number in range(JOBS))

    def _right(self, watch: Watch, number: int) -> bool:
        true = self.job(number)
        found = watch.monitor.job(JobKey("one", str(true["id"])))
        told = found and (found.native_state, found.progress, found.step, found.updated_at)
        return told == (true["status"], true["progress"], true["step"], true["updated_at"])


@pytest.mark.parametrize("mapping", [ONLY_A_STREAM, MAPPING], ids=["only a stream", "single jobs as well"])
async def test_every_final_state_is_right_and_nothing_had_to_be_asked_twice(mapping: str) -> None:
    storm = Storm()
    async with await asyncio.start_server(storm._answer, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        dialect = MappingDialect(Plan(parse_mapping(mapping)), "one")
        link = ServerLink(ServerSettings(name="one", url=url), "bench", dialect)
        async with watching(link) as watch:
            await until(lambda: storm.over and storm.all_right(watch), "every job to be right", 30)
            assert link.sent <= FEW
        storm.leaving.set()
