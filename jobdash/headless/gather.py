"""Reads the jobs of several servers at once, page by page, and hands them on as they arrive: nothing is collected."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from jobdash.engine.once import Once
from jobdash.headless.met import Met
from jobdash.model.errors import JobdashError, NotFound, NotSupported, Rejected
from jobdash.model.job import Detail, Job

AHEAD = 4
"""So many pages are read before the first of them is taken."""


@dataclass(frozen=True, slots=True)
class Row:
    """A job, its heavy part where that came with it, and the address of its server."""

    job: Job
    detail: Detail | None
    url: str


@dataclass(slots=True)
class Sweep:
    """`failed` are the servers that could not be read to the end, `silent` those that told of no jobs at all."""

    servers: Sequence[Once]
    failed: list[tuple[str, JobdashError]] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    async def rows(self) -> AsyncGenerator[list[Row], None]:
        """Rows in the order in which the servers tell them; one server's failure never stops the others."""
        pages: asyncio.Queue[list[Row] | None] = asyncio.Queue(AHEAD)
        tasks = [asyncio.create_task(self._read(server, pages)) for server in self.servers]
        running = len(tasks)
        try:
            while running:
                rows = await pages.get()
                if rows is None:
                    running -= 1
                else:
                    yield rows
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, server: Once, pages: "asyncio.Queue[list[Row] | None]") -> None:
        try:
            async with aclosing(self._server(server)) as told:
                async for rows in told:
                    await pages.put(rows)
        except JobdashError as error:
            self.failed.append((server.name, error))
        except Exception:
            await pages.put(None)
            raise
        await pages.put(None)

    async def _server(self, server: Once) -> AsyncGenerator[list[Row], None]:
        """The listing, where there is one, then the jobs that were named and not in it."""
        await server.ready()
        left = dict.fromkeys(server.known)
        listed, met = False, Met()
        if server.capabilities.list:
            try:
                async with aclosing(server.pages()) as listing:
                    async for page in listing:
                        listed = True
                        for report in page.reports:
                            left.pop(report.job.id, None)
                        yield [Row(report.job, report.detail, server.url) for report in met.fresh(page.reports)]
                        if met.circles:
                            break
            except (NotSupported, NotFound, Rejected):
                if listed:
                    raise
        if not listed and not left:
            self.silent.append(server.name)
        async with aclosing(self._each(server, list(left))) as rows:
            async for row in rows:
                yield [row]

    async def _each(self, server: Once, ids: Sequence[str]) -> AsyncGenerator[Row, None]:
        """Single jobs, several at once; what one of them lacks is no fault of the server."""
        reading = [asyncio.create_task(server.job(id)) for id in ids]
        try:
            for id, task in zip(ids, reading, strict=True):
                try:
                    report = await task
                except (NotFound, Rejected):
                    self.missing.append(f"{server.name}/{id}")
                    continue
                yield Row(report.job, report.detail, server.url)
        finally:
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)
