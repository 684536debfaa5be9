"""What a person's config says about one server. Pure data: config builds it, the connection obeys it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jobdash.client.auth import Auth
from jobdash.client.dialect import DialectOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long to wait, in seconds.

    `connect` is for a connection, `pool` for a free one of ours, `read` for the next byte of an answer, `total` for
    a whole answer (a server that drips is not waited for without end), `silence` for the next byte of a stream. Where
    its keep-alives come more often three missed ones are enough, but never less than `heartbeat`.
    """

    connect: float = 5.0
    pool: float = 5.0
    read: float = 10.0
    total: float = 60.0
    silence: float = 45.0
    heartbeat: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """Whom to trust. `ca` is a file or folder of authorities, in addition to the usual ones; `cert` is the client's.

    `verify=False` trusts everybody, which the screen says for as long as it holds.
    """

    verify: bool = True
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """One server. `url` may hold credentials and headers may be secret, so neither is in the `repr`.

    `dialect` None means: find out. `read_only` lets nothing through that changes the server. `largest` is the
    limit of one answer in bytes.
    """

    name: str
    url: str = field(repr=False)
    dialect: str | None = None
    auth: Auth | None = None
    tls: Tls = Tls()
    timeouts: Timeouts = Timeouts()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    base: str | None = None
    paths: Mapping[str, str] = field(default_factory=dict)
    read_only: bool = False
    largest: int = 64 * 1024 * 1024

    @property
    def options(self) -> DialectOptions:
        """What the dialect is told of it."""
        return DialectOptions(base=self.base, paths=self.paths)
