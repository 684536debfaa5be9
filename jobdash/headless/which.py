"""Which job is meant by `SERVER/ID`, by a bare id, or by the job's own address."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from jobdash.engine.once import Once
from jobdash.headless.plain import plain
from jobdash.model.errors import ConfigError, NotFound, NotSupported, Rejected, ServerError
from jobdash.model.job import JobKey
from jobdash.model.report import JobReport


class Fleet(Protocol):
    """The servers of this run; each is opened only when it is asked for."""

    @property
    def names(self) -> Sequence[str]: ...
    def get(self, name: str) -> Once:
        """The server of that name. Raises ConfigError when there is none."""

    async def at(self, url: str) -> tuple[Once, str]:
        """The server and the job that a job's own status address means."""


@dataclass(frozen=True, slots=True)
class Found:
    """A job that was named: where it is, and its report where it was read on the way."""

    server: Once
    id: str
    report: JobReport | None = None

    @property
    def key(self) -> JobKey:
        return JobKey(self.server.name, self.id)

    async def read(self) -> JobReport:
        """The report, read now unless that was done already. An error names the job."""
        if self.report is not None:
            return self.report
        return await named(self.server, self.id)


async def named(server: Once, id: str) -> JobReport:
    """Reads a job; that it is not there is said with its name."""
    try:
        return await server.job(id)
    except NotFound as error:
        raise NotFound(f"{server.name} has no job {plain(id)}: {error}", status=error.status) from None


async def find(fleet: Fleet, word: str) -> Found:
    """The job that a word means. Raises ConfigError for a word that means none or several, and ServerErrors."""
    if "://" in word:
        server, id = await fleet.at(word)
        return Found(server, id)
    name, slash, id = word.partition("/")
    if slash and name in fleet.names:
        if not id:
            raise ConfigError(f"{plain(word)!r}: the job's id is missing behind {name}/")
        return Found(await fleet.get(name).ready(), id)
    if not word or (slash and len(fleet.names) != 1):
        raise ConfigError(f"{plain(word)!r}: no server {plain(name)!r}; there are {', '.join(fleet.names)}")
    if len(fleet.names) == 1:
        return Found(await fleet.get(fleet.names[0]).ready(), word)
    return await _asked_for(fleet, word)


async def find_all(fleet: Fleet, words: Sequence[str]) -> list[Found]:
    """Every job that the words mean, each once, in their order."""
    found = [await find(fleet, word) for word in dict.fromkeys(words)]
    return list({each.key: each for each in found}.values())


async def _asked_for(fleet: Fleet, id: str) -> Found:
    """Asks every server for a bare id; one that was told of it before wins without asking."""
    servers = [fleet.get(name) for name in fleet.names]
    told = [server for server in servers if id in server.known]
    if len(told) == 1:
        return Found(await told[0].ready(), id)
    answers = await asyncio.gather(*(_try(server, id) for server in servers))
    have = [answer for answer in answers if isinstance(answer, Found)]
    if len(have) == 1:
        return have[0]
    if have:
        several = ", ".join(str(each.key) for each in have)
        raise ConfigError(f"several servers have a job {plain(id)}: say which of {plain(several)}")
    trouble = [answer for answer in answers if isinstance(answer, ServerError)]
    if trouble:
        raise trouble[0]
    raise NotFound(f"no server has a job {plain(id)}; asked: {', '.join(fleet.names)}", status=404)


async def _try(server: Once, id: str) -> Found | ServerError | None:
    try:
        return Found(server, id, await server.job(id))
    except (NotFound, Rejected, NotSupported):
        return None
    except ServerError as error:
        return error


def bare(word: str, server: str) -> str:
    """The id in `SERVER/ID` or in a bare id."""
    return word.removeprefix(f"{server}/")
