"""From the config to what the engine is told about health: rules, who is told of alerts, where the past is kept."""

import os
import random
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

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
from jobdash.model.errors import BadAnswer, ConfigError


def orders_of(config: Config, *, keep: bool = True) -> Orders:
    """`keep` False remembers nothing beyond the run. A wrong rule is a sentence, a wrong `[notify]` a ConfigError."""
    file = config.file
    rules, problems = rules_of(config.alerts, DEFAULTS, f"{file}: alerts")
    return Orders(
        rules=rules,
        problems=[*problems, *_unready(config.notify, file)],
        folder=state_folder() if keep else None,
        who=who().user,
        tellers=tellers(config.notify, config.folder, file),
        manners=_manners(config.notify, file),
    )


def orders_at(path: Path | None, *, keep: bool = True) -> Orders:
    """The same, from a config file: the one that was named, or the usual one where it is there."""
    if path is None and not config_file().exists():
        return orders_of(Config(), keep=keep)
    return orders_of(load(path or config_file()), keep=keep)


def tellers(table: NotifyTable, folder: Path, file: Path) -> list[Teller]:
    """Those that need no terminal."""
    found: list[Teller] = []
    if table.command:
        found.append(CommandTeller(table.command))
    if table.url is not None:
        try:
            found.append(_poster(table, table.url, folder))
        except ConfigError as error:
            raise ConfigError(f"{file}: notify.url: {error}") from None
    return found


def _poster(table: NotifyTable, url: str, folder: Path) -> PostTeller:
    """Connects only when there is something to tell. The address itself may be a secret: only its host is shown."""
    auth = auth_of(table.auth, folder) if table.auth is not None else None
    address, _, query = url.strip().partition("?")
    base = parse_base(address)
    settings = ServerSettings(name="notify", url=address, auth=auth)
    path = base.shown + "/" * address.endswith("/")
    request = Request(path=path, method="POST", query=dict(parse_qsl(query, keep_blank_values=True)), changes=True)

    async def post(body: Mapping[str, Any]) -> None:
        connection = Connection(settings)
        try:
            await connection.ask(replace(request, json=dict(body)))
        except BadAnswer as error:
            if error.status is None:
                raise
            # A 2xx: it was taken. Hooks answer `ok` as HTML, and that need not be understood.
        finally:
            await connection.aclose()

    return PostTeller(post, base.origin, SystemClock(), random.random)


def _unready(table: NotifyTable, file: Path) -> Iterator[str]:
    """What would keep an alert from being told, said before there is one."""
    if table.command and shutil.which(table.command[0]) is None:
        yield f"{file}: notify.command: there is no program {table.command[0]} that can be run"
    if table.auth is not None and table.auth.env is not None and not os.environ.get(table.auth.env):
        yield f"{file}: notify.auth.env: the environment variable {table.auth.env} is not set"


def _manners(table: NotifyTable, file: Path) -> Manners:
    try:
        quiet = quiet_hours(table.quiet) if table.quiet is not None else None
    except ValueError as error:
        raise ConfigError(f"{file}: notify.quiet: {error}, but it is {table.quiet!r}") from None
    return Manners(at_least=Severity(table.at_least), every=table.every, quiet=quiet)
