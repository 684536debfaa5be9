"""How a request proves who sends it: which header carries the secret, and when the secret is read again.

Where the secret comes from: see `secret.py`.
"""

import asyncio
import re
from base64 import b64encode
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from jobdash.client.secret import Literal, NoSecret, Secret, Source
from jobdash.model.errors import ConfigError, ServerError

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


class Kind(StrEnum):
    """The three ways to carry a secret that job servers understand."""

    HEADER = "header"
    BEARER = "bearer"
    BASIC = "basic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """What a person's config says about credentials. `name` is the header of HEADER and the user of BASIC."""

    kind: Kind
    source: Source
    name: str = ""

    @classmethod
    def header(cls, name: str, source: Source) -> "Auth":
        """The secret alone, in a header of any name: `X-API-Key: ...`."""
        if not _HEADER_NAME.fullmatch(name):
            raise ConfigError(f"{name!r} cannot be the name of a header")
        return cls(kind=Kind.HEADER, source=source, name=name)

    @classmethod
    def bearer(cls, source: Source) -> "Auth":
        """`Authorization: Bearer ...`."""
        return cls(kind=Kind.BEARER, source=source)

    @classmethod
    def basic(cls, user: str, source: Source) -> "Auth":
        """`Authorization: Basic ...`, with the secret as the password."""
        return cls(kind=Kind.BASIC, source=source, name=user)

    def masked(self) -> str:
        """The header as it may be shown: `X-API-Key: ***`."""
        name, scheme = (self.name, "") if self.kind is Kind.HEADER else ("Authorization", f"{self.kind.title()} ")
        return f"{name}: {scheme}***"

    def carry(self, secret: Secret) -> tuple[bytes, bytes]:
        """The header, name and value, that carries `secret`."""
        value = secret.reveal().encode()
        if self.kind is Kind.HEADER:
            return self.name.encode(), value
        if self.kind is Kind.BEARER:
            return b"Authorization", b"Bearer " + value
        return b"Authorization", b"Basic " + b64encode(self.name.encode() + b":" + value)


class Credentials:
    """The secret of one server while jobdash runs: read when first needed, kept, read again when it was refused."""

    def __init__(self, server: str, auth: Auth | None) -> None:
        self._server = server
        self._auth = auth
        self._secret: Secret | None = None
        self._known: set[str] = set()
        self._reading = asyncio.Lock()

    @property
    def given(self) -> bool:
        """True when the person gave any credentials for this server."""
        return self._auth is not None

    async def current(self) -> Secret | None:
        """The secret, read at the first call; None for a server without credentials. Raises NoSecret."""
        if self._auth is None or self._secret is not None:
            return self._secret
        async with self._reading:
            if self._secret is None:
                self._secret = await self._read(self._auth)
            return self._secret

    async def renewed(self, refused: Secret | None) -> Secret | None:
        """Another secret than `refused`, or None when there is none; callers at the same time cause one reading.

        `refused` is compared as an object: whoever comes after a reading takes its outcome, also an unchanged one.
        """
        if self._auth is None or isinstance(self._auth.source, Literal):
            return None
        async with self._reading:
            if self._secret is refused:
                try:
                    self._secret = await self._read(self._auth)
                except NoSecret:
                    self._secret = None if refused is None else Secret(refused.reveal())
            return None if self._secret == refused else self._secret

    def carry(self, secret: Secret | None) -> list[tuple[bytes, bytes]]:
        """The headers that carry `secret`."""
        return [] if self._auth is None or secret is None else [self._auth.carry(secret)]

    def token(self, secret: Secret | None) -> str | None:
        """The secret as a message carries it: `user:password` for basic authentication, else alone."""
        if self._auth is None or secret is None:
            return None
        return f"{self._auth.name}:{secret.reveal()}" if self._auth.kind is Kind.BASIC else secret.reveal()

    def mask(self, text: str) -> str:
        """`text` without any secret this server was ever sent, in whatever form it was sent."""
        for hidden in sorted(self._known, key=len, reverse=True):
            text = text.replace(hidden, "***")
        return text

    def hide(self, value: str) -> None:
        """Never show `value`. Shorter ones than four characters are left: they would black out ordinary words."""
        self._known.update(form for form in (value.strip(), quote(value, safe="")) if len(form) > 3)

    def masked(self, error: ServerError) -> ServerError:
        """The same error, with no secret in its words."""
        error.args = tuple(self.mask(arg) if isinstance(arg, str) else arg for arg in error.args)
        return error

    async def _read(self, auth: Auth) -> Secret:
        secret = await auth.source.read(self._server)
        self.hide(secret.reveal())
        if auth.kind is Kind.BASIC:
            self.hide(auth.carry(secret)[1].decode().removeprefix("Basic "))
        return Secret(secret.reveal())
