"""How careful one must be on a server: what a person said of it in the config. Every path to a change asks here."""

from dataclasses import dataclass
from enum import StrEnum


class Env(StrEnum):
    """What a server is used for."""

    PROD = "prod"
    STAGING = "staging"
    DEV = "dev"


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """`read_only` lets nothing through that changes the server; `insecure` is True while TLS is not verified."""

    env: Env | None = None
    read_only: bool = False
    insecure: bool = False

    @property
    def production(self) -> bool:
        """True where a change asks for more than a yes."""
        return self.env is Env.PROD

    def refusal(self, server: str) -> str | None:
        """Why nothing may be changed there, in one sentence; None when it may."""
        return f"{server} is read_only in the config" if self.read_only else None


NO_CARE = Care()
"""A server of which nobody said anything."""
