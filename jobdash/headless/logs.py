"""`logs`: the log lines of jobs, merged by time, and what comes after them while the jobs go on."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from jobdash.engine.clock import SystemClock
from jobdash.engine.export import stamp
from jobdash.headless.codes import code_of, worst
from jobdash.headless.out import Out
from jobdash.headless.plain import pad, plain
from jobdash.headless.times import moment
from jobdash.headless.which import Found
from jobdash.model.errors import ConfigError, JobdashError, NotFound, ServerError
from jobdash.model.log import LogLine


@dataclass(slots=True)
class Tail:
    """The log of one job, and how much of it was printed."""

    found: Found
    prefix: str
    seen: tuple[LogLine, ...] = ()
    ended: bool = False
    error: JobdashError | None = None
    fresh: list[LogLine] = field(default_factory=list)

    async def read(self) -> None:
        """Reads what is new. One job's failure never stops the others."""
        server, id = self.found.server, self.found.id
        try:
            lines = await server.logs(id)
        except JobdashError as error:
            self.error, self.fresh = error, []
            return
        self.error = None
        self.fresh = list(after(self.seen, lines))
        self.seen = lines or self.seen

    async def look(self) -> None:
        """Learns whether the job has ended; what is gone has ended."""
        try:
            report = await self.found.server.job(self.found.id)
        except NotFound:
            self.ended = True
        except ServerError as error:
            self.error = error
        else:
            self.ended = report.job.state.ended


def start_of(since: str | None) -> float | None:
    """Where `--since` begins. Raises ConfigError."""
    if since is None:
        return None
    try:
        return moment(since, SystemClock().now())
    except ValueError as error:
        raise ConfigError(f"--since: {error}") from None


async def show_logs(
    jobs: Sequence[Found], out: Out, *, follow: bool = False, since: float | None = None, json: bool = False
) -> int:
    """Prints the logs; following ends when every job has ended."""
    names = [plain(str(job.key)) for job in jobs]
    room = max(map(len, names))
    tails = [Tail(job, pad(name, room) + "  " if len(jobs) > 1 else "") for job, name in zip(jobs, names, strict=True)]
    while True:
        if follow:
            await asyncio.gather(*(tail.look() for tail in tails if not tail.ended))
            over = all(tail.ended for tail in tails)
        await asyncio.gather(*(tail.read() for tail in tails))
        _print(tails, since, out, json=json)
        if not follow or over or all(isinstance(tail.error, NotFound) for tail in tails):
            break
        await asyncio.sleep(min(job.server.limits.poll or job.server.dialect.poll for job in jobs))
    for tail in tails:
        if tail.error is not None:
            out.trouble(str(tail.found.key), tail.error)
    return worst(code_of(tail.error) for tail in tails if tail.error is not None)


def after(seen: Sequence[LogLine], lines: Sequence[LogLine]) -> Sequence[LogLine]:
    """The lines that follow what was seen; a server may have dropped the oldest meanwhile."""
    if not seen:
        return lines
    if tuple(lines[: len(seen)]) == tuple(seen):
        return lines[len(seen) :]
    for overlap in range(min(len(seen), len(lines)), 0, -1):
        if tuple(seen[-overlap:]) == tuple(lines[:overlap]):
            return lines[overlap:]
    return lines


def _print(tails: Sequence[Tail], since: float | None, out: Out, *, json: bool) -> None:
    last = [float("-inf")] * len(tails)
    merged: list[tuple[float, int, int, LogLine]] = []
    for number, tail in enumerate(tails):
        for place, line in enumerate(tail.fresh):
            # a line without a time belongs behind the one before it
            last[number] = last[number] if line.at is None else line.at
            if since is None or last[number] >= since:
                merged.append((last[number], number, place, line))
    merged.sort(key=lambda entry: entry[:3])
    if json:
        for _, number, _, line in merged:
            out.json(_record(tails[number].found, line))
    else:
        out.lines(_text(tails[number].prefix, line) for _, number, _, line in merged)


def _record(found: Found, line: LogLine) -> dict[str, Any]:
    return {
        "server": found.server.name,
        "id": found.id,
        "at": stamp(line.at),
        "level": line.level,
        "text": line.text,
    }


def _text(prefix: str, line: LogLine) -> str:
    parts = [stamp(line.at) or "", (line.level or "").upper(), plain(line.text)]
    return prefix + " ".join(part for part in parts if part)
