"""A job server on a real loopback socket that counts every request: the Job Status API over jobs of a test's own."""

import asyncio
import json
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs

from jobdash.cli.wire import link_to
from jobdash.client.settings import ServerSettings, Timeouts
from jobdash.engine.bulk.pace import Pace
from jobdash.engine.clock import SystemClock
from jobdash.engine.journal import Journal, Who
from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from jobdash.model.care import NO_CARE, Care
from jobdash.model.job import JobKey
from tests.client.scripted import Peer, Received, Server, answer, serving

ME = Who("ada", "ops-1", "192.0.2.7")

Changed = Callable[[str, Peer], bytes | None]
"""How a change is answered; None: by doing it, b"": not at all."""


class Farm:
    """`states` by id; `on_change` may answer a change in another way than by doing it; `broken` jobs cannot be read.

    `more` is what is told of every job besides.
    """

    def __init__(self) -> None:
        self.states: dict[str, str] = {}
        self.changes: list[str] = []
        self.reads = Counter[str]()
        self.on_change: Changed = lambda id, peer: None
        self.delay = 0.0
        self.broken: set[str] = set()
        self.more: dict[str, object] = {}
        self.server: Server | None = None
        self.secure = False

    @property
    def url(self) -> str:
        assert self.server is not None
        return self.server.url.replace("http:", "https:") if self.secure else self.server.url

    def put(self, *ids: str, state: str = "active") -> None:
        self.states.update(dict.fromkeys(ids, state))

    async def hung_up(self) -> None:
        """Waits until nobody is connected any more: whatever was sent has arrived."""
        await until(lambda: self.server is not None and not self.server.open)

    async def script(self, request: Received, peer: Peer) -> None:
        path, _, query = request.target.partition("?")
        id = path.rpartition("/")[2]
        if path == "/api/jobs":
            await peer.send(self._page(parse_qs(query)))
        elif request.method == "GET":
            self.reads[id] += 1
            await peer.send(self._job(id))
        else:
            await self._change(id, peer)

    async def _change(self, id: str, peer: Peer) -> None:
        self.changes.append(id)
        await asyncio.sleep(self.delay)
        said = self.on_change(id, peer)
        if said is None:
            self.states[id] = "cancelled"
            said = answer(json.dumps({"success": True, "message": "Job cancelled", "job": {"id": id, "status": "x"}}))
        if said:
            await peer.send(said)

    def _job(self, id: str) -> bytes:
        if id not in self.states:
            return answer('{"error": "Job not found"}', "404 Not Found")
        if id in self.broken:
            return answer('{"error": "database is locked"}', "500 Internal Server Error")
        return answer(json.dumps({"job": self._told(id)}))

    def _told(self, id: str) -> dict[str, object]:
        return {"id": id, "type": "crawl", "status": self.states[id], "attemptsMade": 1, **self.more}

    def _page(self, query: dict[str, list[str]]) -> bytes:
        start, size = int(query.get("offset", ["0"])[0]), int(query.get("limit", ["100"])[0])
        ids = list(self.states)[start : start + size]
        body = {"jobs": [self._told(id) for id in ids], "total": len(self.states), "limit": size, "offset": start}
        return answer(json.dumps(body))

    def watched(self, *, name: str = "crawl", care: Care = NO_CARE, read: float = 5.0) -> Watched:
        patience = Timeouts(connect=5.0, pool=60.0, read=read, total=120.0)
        settings = ServerSettings(
            name=name, url=self.url, dialect="jobstatus", timeouts=patience, read_only=care.read_only
        )
        return Watched(link=link_to(settings), care=care, limits=Limits(rate=1000, poll=3600))

    def unstarted(self, *servers: Watched, mask_ids: bool = False) -> Monitor:
        """A monitor for a screen, which runs it."""
        return Monitor(servers or (self.watched(),), pace=FAST, mask_ids=mask_ids)

    @asynccontextmanager
    async def monitor(
        self, *servers: Watched, journal: Path | Journal | None = None, pace: Pace | None = None
    ) -> AsyncIterator[Monitor]:
        """A monitor that knows all jobs and has begun to run."""
        log = Journal(journal, ME, SystemClock(), "0.0") if isinstance(journal, Path) else journal
        monitor = Monitor(servers or (self.watched(),), journal=log, pace=pace or FAST)
        task = asyncio.create_task(monitor.run())
        try:
            for server in servers or ("crawl",):
                name = server if isinstance(server, str) else server.link.name
                await until(lambda name=name: all(monitor.job(JobKey(name, id)) for id in self.states))  # type: ignore[misc]
            yield monitor
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


FAST = Pace(rate=10_000, canary=5, at_once=50)


@asynccontextmanager
async def farm(*ids: str, tls: ssl.SSLContext | None = None) -> AsyncIterator[Farm]:
    """The server, with these jobs running; with TLS where it is given."""
    made = Farm()
    made.put(*ids)
    made.secure = tls is not None
    async with serving(made.script, ssl=tls) as server:
        made.server = server
        yield made


async def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    """Waits until something holds."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)
