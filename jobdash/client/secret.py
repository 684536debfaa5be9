"""Where a secret comes from, and a wrapper that never shows it. Which header carries it: see `auth.py`."""

import asyncio
import os
import shlex
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from jobdash.model.errors import ConfigError, Unauthorised

LARGEST = 64 * 1024
"""No secret is longer, in bytes; what is, is the wrong file or the wrong command."""


class NoSecret(Unauthorised, ConfigError):
    """A secret cannot be read. Wrong settings for the one who wrote them, missing credentials for the one who asks."""


class Secret:
    """A value that no `repr`, `str`, format or traceback shows; `reveal` is the only way to it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class Source(Protocol):
    """Somewhere a secret can be read from, again and again. `read` raises NoSecret with one sentence."""

    async def read(self, server: str) -> Secret: ...


@dataclass(frozen=True, slots=True)
class Literal:
    """The secret itself; only for servers that jobdash starts, and for credentials that came inside a URL."""

    secret: Secret

    async def read(self, server: str) -> Secret:
        return self.secret


@dataclass(frozen=True, slots=True)
class FromEnv:
    """An environment variable."""

    variable: str

    async def read(self, server: str) -> Secret:
        value = os.environ.get(self.variable, "")
        if not value:
            raise NoSecret(f"{server}: the environment variable {self.variable}, which holds the secret, is not set")
        return checked(value, f"{server}: the environment variable {self.variable}")


@dataclass(frozen=True, slots=True)
class FromFile:
    """A file that only its owner can read; `~` is the home folder."""

    path: Path

    async def read(self, server: str) -> Secret:
        return await asyncio.to_thread(self._read, server)

    def _read(self, server: str) -> Secret:
        path = self.path.expanduser()
        try:
            with path.open("rb") as file:
                if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
                    raise NoSecret(f"{server}: the secret file {path} can be read by others; run chmod 600 on it")
                data = file.read(LARGEST + 1)
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise NoSecret(f"{server}: the secret file {path} cannot be read: {why}") from None
        return _decoded(data, f"{server}: the secret file {path}")


@dataclass(frozen=True, slots=True)
class FromCommand:
    """What a command prints; never through a shell. `limit` is in seconds."""

    argv: tuple[str, ...]
    limit: float = 10.0

    @classmethod
    def of(cls, command: str | Sequence[str], limit: float = 10.0) -> "FromCommand":
        """From a list of arguments, or from a string that is split as a shell would split it."""
        try:
            argv = tuple(shlex.split(command)) if isinstance(command, str) else tuple(command)
        except ValueError as error:
            raise ConfigError(f"the secret command cannot be split into words: {error}") from None
        if not argv:
            raise ConfigError("the secret command is empty")
        return cls(argv, limit)

    async def read(self, server: str) -> Secret:
        where = f"{server}: the secret command {Path(self.argv[0]).name}"
        pipe, none = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(*self.argv, stdin=none, stdout=pipe, stderr=none)
        except (OSError, ValueError) as error:
            raise NoSecret(f"{where} cannot be started: {getattr(error, 'strerror', None) or error}") from None
        try:
            async with asyncio.timeout(self.limit):
                data, _ = await process.communicate()
        except TimeoutError:
            raise NoSecret(f"{where} did not end within {self.limit:g} s") from None
        finally:
            await _end(process)
        if process.returncode != 0:
            raise NoSecret(f"{where} failed with exit code {process.returncode}")
        return _decoded(data, where)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


def _decoded(data: bytes, where: str) -> Secret:
    if len(data) > LARGEST:
        raise NoSecret(f"{where} holds more than a secret")
    try:
        return checked(data.decode("utf-8-sig"), where)
    except UnicodeDecodeError:
        raise NoSecret(f"{where} holds something that is not text") from None


def checked(value: str, where: str) -> Secret:
    """The secret, when it can be one: a single line that is not empty. Raises NoSecret."""
    value = value.strip()
    if not value:
        raise NoSecret(f"{where} is empty")
    if not value.isprintable():
        raise NoSecret(f"{where} holds more than one line, or control characters")
    return Secret(value)
