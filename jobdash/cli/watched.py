"""From links to what a monitor watches: servers of the command line or the config, and what goes along with them."""

from collections.abc import Sequence
from dataclasses import replace

from jobdash.cli.following import placed
from jobdash.cli.wire import auth_of, care_at, care_of, limits_of, link_of, link_to, name_for, settings_at, source_of
from jobdash.client.webhook import Webhook, WebhookSettings
from jobdash.config.models import Config, ServerTable
from jobdash.engine.bulk.pace import Pace
from jobdash.engine.hooks import Hooked
from jobdash.engine.monitor import Companion, Monitor, Watched


def watched_urls(
    urls: Sequence[str], dialect: str | None, jobs: Sequence[str], config: Config | None = None
) -> list[Watched]:
    """The servers of a command line; every one is asked about `jobs`, since nothing says whose they are."""
    names: list[str] = []
    servers = []
    for url in urls:
        names.append(name_for(url, names))
        settings = replace(settings_at(url, config), name=names[-1], dialect=dialect)
        proof = settings.auth.masked() if settings.auth is not None else None
        care = care_at(url, config.servers if config else ())
        servers.append(Watched(link=link_to(settings), jobs=tuple(jobs), care=care, proof=proof))
    return servers


def watched(config: Config, jobs: Sequence[str] = ()) -> list[Watched]:
    """The servers of a config file, with more jobs. Raises ConfigError at the key that cannot be used."""
    names = [table.name for table in config.servers]
    more = [place for word in jobs for place in placed(word, names)]
    return [_watched(table, config, [id for name, id in more if name == table.name]) for table in config.servers]


def _watched(table: ServerTable, config: Config, jobs: Sequence[str]) -> Watched:
    link = link_of(table, config)
    proof = auth_of(table.auth, config.folder).masked() if table.auth is not None else None
    limits, care = limits_of(table), care_of(table)
    return Watched(link=link, jobs=(*table.jobs, *jobs), limits=limits, care=care, configured=True, proof=proof)


def pace_of(config: Config) -> Pace:
    """How bulks go."""
    table = config.bulk
    return Pace(rate=table.rate, canary=table.canary, patience=table.patience)


def listening(config: Config) -> list[Companion]:
    """What goes along with the monitor of a config file: the listener for webhooks, where one is wanted."""
    table = config.webhook
    if table is None:
        return []
    settings = WebhookSettings(
        secret=source_of(table, config.folder), host=table.host, port=table.port, path=table.path
    )

    async def listen(monitor: Monitor) -> None:
        hook = Webhook(settings, monitor.delivered, monitor.notice)
        monitor.hooks.of = lambda: Hooked(hook.url, hook.refused.total())
        await hook.run()

    return [listen]
