"""Tells a person of late jobs, one sentence for each server and minute however many jobs there are."""

from collections.abc import Callable

from jobdash.engine.clock import Clock
from jobdash.model.job import JobKey

REST = 60.0
"""Seconds between two notices about the same server, at least."""


class LateNotices:
    """`say` is given each sentence."""

    def __init__(self, clock: Clock, say: Callable[[str], None]) -> None:
        self._clock = clock
        self._say = say
        self._late: dict[str, dict[str, list[JobKey]]] = {}
        self._told_at: dict[str, float] = {}

    def late(self, key: JobKey, why: str) -> None:
        """This job is late; said with the others of its server by `tell`."""
        self._late.setdefault(key.server, {}).setdefault(why, []).append(key)

    def tell(self) -> None:
        """Says what has come together, about servers of which nothing was said for a while."""
        now = self._clock.monotonic()
        for server in [name for name in self._late if now - self._told_at.get(name, -REST) >= REST]:
            self._told_at[server] = now
            reasons = self._late.pop(server)
            alone = sum(map(len, reasons.values())) == 1
            told = (f"{len(keys):,} {'job' if len(keys) == 1 else 'jobs'} {why}" for why, keys in reasons.items())
            self._say(
                next(f"{keys[0]}: {why}" for why, keys in reasons.items()) if alone else f"{server}: {', '.join(told)}"
            )
