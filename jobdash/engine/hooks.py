"""What is known of webhooks: where they are listened for, and what came. Who listens is a companion of the monitor."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hooked:
    """`url` is where one listens, None where that is not possible; nobody knows from whom the `refused` ones are."""

    url: str | None
    refused: int


@dataclass(slots=True)
class Hooks:
    """`of` tells of the listener, where one is wanted; `taken` counts deliveries by server."""

    of: Callable[[], Hooked] | None = None
    taken: Counter[str] = field(default_factory=Counter)
