"""From what a person wrote to links: settings, credentials, dialects. What watches them: see `watched.py`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from jobdash.client.auth import Auth
from jobdash.client.finding import FindingLink
from jobdash.client.keyring import FromKeyring
from jobdash.client.link import ServerLink
from jobdash.client.link_contract import Link
from jobdash.client.registry import DialectFactory, Registry
from jobdash.client.secret import FromCommand, FromEnv, FromFile, Source
from jobdash.client.settings import ServerSettings, Timeouts, Tls
from jobdash.client.url import parse_base
from jobdash.engine.limits import Limits
from jobdash.model.care import NO_CARE, Care, Env
from jobdash.model.errors import ConfigError

if TYPE_CHECKING:
    from jobdash.config.models import AuthTable, Config, ServerTable, WebhookTable
    from jobdash.dialects.mapping.load import MappingFactory


@cache
def registry() -> Registry:
    """Every kind of server known here."""
    return Registry(_load_mapping)


def _load_mapping(path: Path) -> "MappingFactory":
    # loaded for those who need it: a tenth of the start of a screen on anything else
    from jobdash.dialects.mapping.load import load_mapping  # noqa: PLC0415

    return load_mapping(path)


@cache
def kinds() -> Mapping[str, DialectFactory]:
    """Every kind that works."""
    return registry().usable()


def link_to(settings: ServerSettings) -> Link:
    """A link to one server; its kind is found out later where nobody told it. Raises ConfigError."""
    if settings.dialect is None:
        return FindingLink(settings, kinds)
    kind = Path(settings.dialect).stem if settings.dialect.endswith(".toml") else settings.dialect
    return ServerLink(settings, kind, registry().make(settings.dialect, settings.name, settings.options))


def care_of(table: "ServerTable | None") -> Care:
    """How careful one must be on a server; one that the config does not name is like any other."""
    if table is None:
        return NO_CARE
    return Care(env=table.env, read_only=table.read_only, insecure=table.insecure)


def care_at(url: str, tables: "Sequence[ServerTable]") -> Care:
    """How careful one must be on a server that was given by its address: it may be one of the config all the same."""
    base = parse_base(url)
    same = [care_of(table) for table in tables if parse_base(table.url).origin == base.origin]
    env = next((env for env in Env for care in same if care.env is env), None)
    reached = table_at(url, tables)
    return Care(
        env=env, read_only=any(care.read_only for care in same), insecure=reached is not None and reached.insecure
    )


def table_at(url: str, tables: "Iterable[ServerTable]") -> "ServerTable | None":
    """The server of the config that an address belongs to: same scheme, host and port, and one lies below the other.

    Of several it is the nearest one. What lies beside it may be another's, and is not told its secrets.
    """
    base = parse_base(url)
    near = [
        (len(other.path), table)
        for table in tables
        if (other := parse_base(table.url)).origin == base.origin
        and (_below(base.path, other.path) or _below(other.path, base.path))
    ]
    return max(near, key=lambda found: found[0], default=(0, None))[1]


def settings_at(url: str, config: "Config | None") -> ServerSettings:
    """How an address is reached: with the credentials that stand in it, else those of its server in the config."""
    table = table_at(url, config.servers) if config is not None else None
    if table is None or config is None:
        return ServerSettings(name="", url=url)
    settings = settings_of(table, config)
    auth = None if parse_base(url).auth else settings.auth or parse_base(table.url).auth
    return replace(settings, url=url, auth=auth, dialect=None, base=None, paths={})


def _below(path: str, other: str) -> bool:
    return (path == other or path.startswith(f"{other}/")) and ".." not in unquote(path).split("/")


def limits_of(table: "ServerTable", **defaults: float) -> Limits:
    """What a server may be asked, where the config says something; `defaults` for what it leaves open."""
    names = ("rate", "streams", "poll", "deadline", "attempts", "silence", "most_jobs")
    asked = {name: value for name in names if (value := getattr(table, name)) is not None}
    return Limits(**{**defaults, **asked})


@contextmanager
def told_at(config: "Config", table: "ServerTable", key: str) -> Iterator[None]:
    """Says of a ConfigError which file and key of the config it is about: `FILE: servers[1].url: ...`."""
    try:
        yield
    except ConfigError as error:
        place = ".".join(filter(None, (f"servers[{config.servers.index(table) + 1}]", key)))
        raise ConfigError(f"{config.file}: {place}: {error} (server {table.name!r})") from None


def check_addresses(config: "Config") -> None:
    """All addresses of the config, because any of them may be looked through. Raises ConfigError at its key."""
    for table in config.servers:
        with told_at(config, table, "url"):
            parse_base(table.url)


def link_of(table: "ServerTable", config: "Config", settings: ServerSettings | None = None) -> Link:
    """A link to a server of the config, by `settings` where those are known. Raises ConfigError at its key."""
    settings = settings or settings_of(table, config)
    if settings.dialect is not None:
        with told_at(config, table, "dialect"):
            registry().get(settings.dialect)
    with told_at(config, table, ""):
        return link_to(settings)


def settings_of(table: "ServerTable", config: "Config") -> ServerSettings:
    """Everything that is needed to reach a server of the config. Raises ConfigError at its key."""
    folder = config.folder

    def path(text: str | None) -> Path | None:
        return None if text is None else folder / Path(text).expanduser()

    with told_at(config, table, "auth"):
        auth = None if table.auth is None else auth_of(table.auth, folder)
    with told_at(config, table, "url"):
        parse_base(table.url)
    dialect = str(path(table.dialect)) if table.dialect and table.dialect.endswith(".toml") else table.dialect
    with told_at(config, table, ""):
        return ServerSettings(
            name=table.name,
            url=table.url,
            dialect=dialect,
            auth=auth,
            tls=Tls(verify=not table.insecure, ca=path(table.ca), cert=path(table.cert), key=path(table.key)),
            base=table.base,
            paths=table.paths,
            read_only=table.read_only,
            timeouts=Timeouts() if table.silence is None else Timeouts(silence=table.silence),
        )


def auth_of(table: "AuthTable", folder: Path) -> Auth:
    """How to prove who asks."""
    source = source_of(table, folder)
    if table.header is not None:
        return Auth.header(table.header, source)
    if table.basic is not None:
        return Auth.basic(table.basic, source)
    return Auth.bearer(source)


def source_of(table: "AuthTable | WebhookTable", folder: Path) -> Source:
    """Where a table of the config says that the secret is."""
    if table.env is not None:
        return FromEnv(table.env)
    if table.file is not None:
        return FromFile(folder / Path(table.file).expanduser())
    if table.command is not None:
        return FromCommand.of(table.command)
    if (place := getattr(table, "keyring", None)) is not None:
        service, _, user = place.partition("/")
        return FromKeyring(service, user)
    raise AssertionError("the config file's model lets no such table through")


def name_for(url: str, taken: Sequence[str]) -> str:
    """A short name: the host, with its port where there is one, and a number where that is not enough."""
    address = urlsplit(parse_base(url).shown)
    name = address.netloc.removeprefix("localhost").removeprefix("127.0.0.1") or address.netloc
    same = sum(other == name or other.startswith(f"{name}#") for other in taken)
    return name if not same else f"{name}#{same + 1}"
