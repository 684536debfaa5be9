"""The servers of one command: those of the config or of `--server`, each opened only when it is asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from jobdash.cli.wire import (
    care_at,
    care_of,
    check_addresses,
    kinds,
    limits_of,
    link_of,
    link_to,
    name_for,
    registry,
    settings_at,
    settings_of,
)
from jobdash.client.locate import locate, places, without_query
from jobdash.client.registry import DialectFactory
from jobdash.client.retry import Retry
from jobdash.client.settings import ServerSettings
from jobdash.client.url import origin_of, parse_base
from jobdash.config.paths import config_file, state_folder
from jobdash.engine.once import Once
from jobdash.model.care import Care
from jobdash.model.errors import ConfigError, ServerError

if TYPE_CHECKING:
    from jobdash.client.link_contract import Link
    from jobdash.config.models import Config, ServerTable
    from jobdash.engine.bulk.pace import Pace
    from jobdash.engine.journal import Journal
    from jobdash.engine.monitor import Monitor
    from jobdash.engine.tracked import Tracked

NOTHING = """\
there is no server to ask. Give one by --server http://host:port, or list yours in
  {config}
`jobdash config example` prints a file to begin with."""

HURRIED: Mapping[str, float] = {"rate": 1000, "burst": 1000}
"""A command asks a server whose config says nothing as fast as it answers, and ends."""


class Servers:
    """The `Fleet` of the headless commands. `only` narrows it to names of the config, or gives addresses."""

    def __init__(
        self, *, config: Path | None, only: Sequence[str], dialect: str | None, say: Callable[[str], object]
    ) -> None:
        self._file = config
        self._log: Journal | None = None
        self._config = _config(config)
        self._tracked: Tracked | None = None
        self._dialect = dialect
        self._say = say
        self._tables = {table.name: table for table in self._config.servers} if self._config else {}
        self._settings: dict[str, ServerSettings] = {}
        self._open: dict[str, Once] = {}
        for word in only:
            self._choose(word)
        self._only = list(self._settings)

    @property
    def tracked(self) -> "Tracked":
        """The jobs that were remembered between runs."""
        if self._tracked is None:
            from jobdash.engine.tracked import Tracked  # noqa: PLC0415 - a database that many commands need not

            self._tracked = Tracked(_database())
        return self._tracked

    @property
    def names(self) -> Sequence[str]:
        """The servers that are meant. Raises ConfigError when there is none at all."""
        found = self._only or list(self._tables)
        if not found:
            raise ConfigError(NOTHING.format(config=self._file or config_file()))
        return found

    def all(self) -> list[Once]:
        return [self.get(name) for name in self.names]

    def get(self, name: str) -> Once:
        """One server. Raises ConfigError in one sentence."""
        if name not in self._open:
            self._open[name] = self._opened(name)
        return self._open[name]

    def take(self, name: str, settings: ServerSettings) -> Once:
        """The server of that name, reached in another way than was known before."""
        self._settings[name] = settings
        return self.get(name)

    def settings(self, name: str) -> ServerSettings:
        """How a server is reached. Raises ConfigError when nothing has that name."""
        if name in self._settings:
            return self._settings[name]
        if self._config is None or name not in self._tables:
            known = ", ".join(self._tables) or f"none in {self._file or config_file()}"
            raise ConfigError(f"no server {name!r}; there are {known}")
        self._settings[name] = settings_of(self._tables[name], self._config)
        return self._settings[name]

    def table(self, name: str) -> "ServerTable | None":
        """What the config says of a server."""
        return self._tables.get(name)

    def pace(self, rate: float | None) -> "Pace":
        """How bulks go: as the config says, but for the jobs a second that a person named."""
        from jobdash.cli.watched import pace_of  # noqa: PLC0415 - for those who change something
        from jobdash.config.models import Config  # noqa: PLC0415

        pace = pace_of(self._config or Config())
        return pace if rate is None else replace(pace, rate=rate)

    def requests(self, name: str, *, default: bool) -> float:
        """How many requests a second a server takes by the config; else the usual number, or any."""
        from jobdash.engine.limits import Limits  # noqa: PLC0415

        table = self._tables.get(name)
        return (table and table.rate) or (Limits().rate if default else float("inf"))

    def monitor(self, only: Mapping[str, Sequence[str]] | None = None) -> "Monitor":
        """A monitor of these servers, or of all, with links of its own; `only` are the jobs to follow on each."""
        # one question about one job needs none of this
        from jobdash.engine.limits import Limits  # noqa: PLC0415
        from jobdash.engine.monitor import Monitor, Watched  # noqa: PLC0415

        watched = []
        for name in only if only is not None else self.names:
            table = self._tables.get(name)
            jobs = only[name] if only is not None else self.get(name).known
            limits = limits_of(table) if table is not None else Limits()
            watched.append(Watched(link=self._link(name), jobs=tuple(jobs), limits=limits, care=self._care(name)))
        return Monitor(watched)

    async def at(self, url: str) -> tuple[Once, str]:
        """The server and the job of a job's own status address."""
        place = self._configured(url)
        if place is not None:
            return await self.get(place[0]).ready(), place[1]
        settings = replace(settings_at(without_query(url), self._config), name=name_for(without_query(url), []))
        found = await locate(url, self._kinds(), settings)
        name = name_for(found.url, [])
        self._settings[name] = replace(settings, name=name, url=found.url, dialect=found.kind)
        return await self.get(name).ready(), found.id

    async def aclose(self) -> None:
        for server in self._open.values():
            await server.aclose()
        if self._tracked is not None:
            self._tracked.close()

    def _choose(self, word: str) -> None:
        if word in self._tables:
            self.settings(word)
        elif "://" in word or "." in word or ":" in word or word == "localhost":
            name = name_for(word, list(self._settings))
            self._settings[name] = replace(settings_at(word, self._config), name=name, dialect=self._dialect)
        else:
            self.settings(word)

    def _opened(self, name: str) -> Once:
        link, table = self._link(name), self._tables.get(name)
        return Once(
            link,
            known=[*(table.jobs if table else ()), *self._in_file(table), *self._remembered(link.url)],
            limits=limits_of(table, **({} if table.rate else HURRIED)) if table else None,
            repeat=_repeat,
            waiting=self._say,
            care=self._care(name),
            journal=self.journal,
        )

    def _link(self, name: str) -> "Link":
        settings, table = self.settings(name), self._tables.get(name)
        if self._config is None or table is None:
            return link_to(settings)
        return link_of(table, self._config, settings)

    def journal(self) -> "Journal":
        """The audit log, for those who act."""
        if self._log is None:
            from jobdash.cli.who import journal  # noqa: PLC0415

            self._log = journal(self._file)
        return self._log

    def _care(self, name: str) -> Care:
        table = self._tables.get(name)
        return care_of(table) if table is not None else care_at(self.settings(name).url, [*self._tables.values()])

    def _remembered(self, url: str) -> Sequence[str]:
        return self.tracked.ids(url) if _database().exists() else ()

    def _in_file(self, table: "ServerTable | None") -> Sequence[str]:
        """What stands in the `jobs_file` of a server now. Raises ConfigError."""
        if self._config is None or table is None or table.jobs_file is None:
            return ()
        from jobdash.cli.following import jobs_in  # noqa: PLC0415 - for those who have such a file

        return jobs_in(table, self._config)

    def _kinds(self) -> Mapping[str, DialectFactory]:
        """The kinds that an address may be of: the one that was named, or all."""
        if self._dialect is None:
            return kinds()
        name = Path(self._dialect).stem if self._dialect.endswith(".toml") else self._dialect
        registry().get(self._dialect)
        return {self._dialect if self._dialect.endswith(".toml") else name: registry().get(self._dialect)}

    def _configured(self, url: str) -> tuple[str, str] | None:
        """The configured server and the job, when the address lies below a server of the config."""
        plain = without_query(url)
        for name, table in self._tables.items():
            settings = self.settings(name)
            base = parse_base(table.url)
            if origin_of(plain) != base.origin:
                continue
            known = {table.dialect: registry().get(settings.dialect)} if settings.dialect and table.dialect else kinds()
            for place in places(plain, known, settings):
                if parse_base(place.url).path == base.path:
                    return name, place.id
        return None


def _config(path: Path | None) -> "Config | None":
    """The config file, where there is one. Raises ConfigError."""
    if path is None and not config_file().exists():
        return None
    from jobdash.config.load import load  # noqa: PLC0415 - an address alone needs no config

    loaded = load(path or config_file())
    check_addresses(loaded)
    return loaded


def _database() -> Path:
    return state_folder() / "tracked.db"


def _repeat(attempt: int, error: ServerError) -> float | None:
    """A reading that the server answered with trouble is repeated; one that found nobody is not."""
    if error.status is None:
        return None
    from random import random  # noqa: PLC0415 - loads much, and is needed in trouble only

    return Retry(random=random).wait(attempt, error)
