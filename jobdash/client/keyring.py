"""A secret from the system's keyring, for which the extra `jobdash[keyring]` is needed."""

import asyncio
import importlib
from dataclasses import dataclass

from jobdash.client.secret import NoSecret, Secret, checked

LIMIT = 30.0
"""Seconds in which a locked keyring may ask its owner to open it."""


@dataclass(frozen=True, slots=True)
class FromKeyring:
    """The password of `user` for `service`."""

    service: str
    user: str

    async def read(self, server: str) -> Secret:
        where = f"{server}: the keyring's {self.service}/{self.user}"
        try:
            async with asyncio.timeout(LIMIT):
                value = await asyncio.to_thread(self._read, where)
        except TimeoutError:
            raise NoSecret(f"{where} was not given within {LIMIT:g} s") from None
        if not value:
            raise NoSecret(f"{where} is not there; keyring set {self.service} {self.user} puts it there")
        return checked(value, where)

    def _read(self, where: str) -> str | None:
        try:
            keyring = importlib.import_module("keyring")
        except ImportError:
            raise NoSecret(f"{where} cannot be read: pip install 'jobdash[keyring]'") from None
        try:
            found: str | None = keyring.get_password(self.service, self.user)
        except keyring.errors.KeyringError as error:
            raise NoSecret(f"{where} cannot be read: {type(error).__name__}") from None
        return found
