"""The job ids that a person gave, as the screen sees them: kept between runs where there is a file for that."""

from collections.abc import Iterable, Mapping, Sequence

from jobdash.engine.clock import Clock
from jobdash.engine.tracked import Tracked, TrackedJob


class Remembered:
    """By name of server; `addresses` are where the servers are, because that is what the file knows them by."""

    def __init__(self, tracked: Tracked | None, addresses: Mapping[str, str], clock: Clock) -> None:
        self._tracked = tracked
        self._addresses = addresses
        self._clock = clock
        self._without_file: dict[str, dict[str, TrackedJob]] = {}

    def jobs(self, server: str) -> Sequence[TrackedJob]:
        """What is tracked on a server, the newest first."""
        if self._tracked is None:
            return list(self._without_file.get(server, {}).values())[::-1]
        return self._tracked.jobs(self._addresses[server])

    def add(self, server: str, ids: Iterable[str], *, label: str | None = None, priority: str | None = None) -> None:
        """Remembers jobs. Raises ConfigError when they cannot be kept for the next run."""
        now = self._clock.now()
        jobs = [TrackedJob(id=id, label=label, priority=priority, added_at=now) for id in ids]
        if self._tracked is None:
            self._without_file.setdefault(server, {}).update((job.id, job) for job in jobs)
        else:
            self._tracked.add(self._addresses[server], jobs)

    def remove(self, server: str, ids: Iterable[str]) -> None:
        """Forgets jobs. Raises ConfigError when the file does not let go of them."""
        if self._tracked is None:
            for id in ids:
                self._without_file.get(server, {}).pop(id, None)
        else:
            self._tracked.remove(self._addresses[server], ids)

    def close(self) -> None:
        if self._tracked is not None:
            self._tracked.close()
