"""From the config to what the engine is told about health: rules, who is told of alerts, where the past is kept."""

import random
from pathlib import Path

from jobdash.cli.who import who
from jobdash.cli.wire import auth_of
from jobdash.client.connection import Connection
from jobdash.client.dialect import Request
from jobdash.client.settings import ServerSettings
from jobdash.client.url import parse_base
from jobdash.config.load import load
from jobdash.config.models import Config, NotifyTable
from jobdash.config.paths import config_file, state_folder
from jobdash.engine.alerts.defaults import DEFAULTS
from jobdash.engine.alerts.reading import rules_of
from jobdash.engine.clock import SystemClock
from jobdash.engine.notify.call import Teller
from jobdash.engine.notify.command import CommandTeller
from jobdash.engine.notify.outbox import Manners, quiet_hours
from jobdash.engine.notify.post import PostTeller
from jobdash.engine.orders import Orders
from jobdash.model.alert import Severity
from jobdash.model.errors import ConfigError


def orders_of(config: Config, *, keep: bool = True) -> Orders:
    """`keep` False remembers nothing beyond the run. A wrong rule is a sentence, a wrong `[notify]` a ConfigError."""
    file = config.file
    rules, problems = rules_of(config.alerts, DEFAULTS, f"{file}: alerts")
    return Orders(
        rules=rules,
        problems=problems,
        folder=state_folder() if keep else None,
        who=who().user,
        tellers=tellers(config.notify, config.folder),
        manners=_manners(config.notify, file),
    )


def orders_at(path: Path | None, *, keep: bool = True) -> Orders:
    """The same, from a config file: the one that was named, or the usual one where it is there."""
    if path is None and not config_file().exists():
        return orders_of(Config(), keep=keep)
    return orders_of(load(path or config_file()), keep=keep)


def tellers(table: NotifyTable, folder: Path) -> list[Teller]:
    """Those that need no terminal."""
    found: list[Teller] = []
    if table.command:
        found.append(CommandTeller(table.command))
    if table.url is not None:
        found.append(_poster(table, table.url, folder))
    return found


def _poster(table: NotifyTable, url: str, folder: Path) -> PostTeller:
    """Connects only when there is something to tell. The address itself may be a secret: only its host is shown."""
    auth = auth_of(table.auth, folder) if table.auth is not None else None
    settings = ServerSettings(name="notify", url=url, auth=auth)
    host = parse_base(url).origin

    async def post(body: object) -> None:
        connection = Connection(settings)
        try:
            await connection.ask(Request(path="", method="POST", json=body, changes=True))
        finally:
            await connection.aclose()

    return PostTeller(post, str(host), SystemClock(), random.random)


def _manners(table: NotifyTable, file: Path) -> Manners:
    try:
        quiet = quiet_hours(table.quiet) if table.quiet is not None else None
    except ValueError as error:
        raise ConfigError(f"{file}: notify.quiet: {error}, but it is {table.quiet!r}") from None
    return Manners(at_least=Severity(table.at_least), every=table.every, quiet=quiet)
