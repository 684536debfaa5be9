"""How old what is known of one job is: when it was heard, and whether it may not be true any more."""

from collections.abc import Iterable, Mapping

from jobdash.engine.clock import Clock
from jobdash.engine.known import Known
from jobdash.engine.watch import ServerWatch
from jobdash.engine.watches import Watches
from jobdash.model.job import JobKey
from jobdash.model.server import Phase

UNASKED = "not asked about for long"
"""Why a row of a live server is doubted all the same."""


class Freshness:
    """Asks the store about the job, and the watch about its server."""

    def __init__(self, known: Known, watches: Watches, clock: Clock) -> None:
        self._known = known
        self._watches = watches
        self._clock = clock

    def heard_at(self, key: JobKey) -> float | None:
        """When the server last told about this job, as a reading of the monotonic clock."""
        watch = self._watches.get(key.server)
        among_all = watch.heard_of(key.id) if watch is not None else None
        alone = self._known.store.heard_at(key)
        return max((at for at in (alone, among_all) if at is not None), default=None)

    def doubt(self, key: JobKey) -> str | None:
        """Why the row of this job may not be true now, in a few words; None when it is."""
        watch = self._watches.get(key.server)
        if watch is None or watch.feed.life.phase is not Phase.LIVE:
            return "not live"
        if key in self._known.failing:
            return "this job cannot be read"
        return UNASKED if self._too_old(key, watch) is not None else None

    def is_stale(self, key: JobKey) -> bool:
        """True when the row of this job may not be true now."""
        return self.doubt(key) is not None

    def ages_of_old(self, keys: Iterable[JobKey]) -> Mapping[str, float]:
        """By server that is live: how old the oldest of those rows is that are too old to be believed, in seconds."""
        ages: dict[str, float] = {}
        for key in keys:
            watch = self._watches.get(key.server)
            if watch is not None and watch.feed.life.phase is Phase.LIVE:
                age = self._too_old(key, watch)
                if age is not None:
                    ages[key.server] = max(age, ages.get(key.server, 0.0))
        return ages

    def _too_old(self, key: JobKey, watch: ServerWatch) -> float | None:
        """The age of a row that goes on, and of which nobody has told for longer than it is polled; else None."""
        job = self._known.job(key)
        if job is None or job.state.ended or watch.streams(key.id) or (heard := self.heard_at(key)) is None:
            return None
        age = self._clock.monotonic() - heard
        return age if age > watch.patience else None

    def known_at(self, key: JobKey) -> float:
        """The moment of which what is known of a job is true, in seconds since the epoch: now, or when last heard.

        How long ago a job ended stays true whatever became of its server.
        """
        job, now = self._known.job(key), self._clock.now()
        if job is None or job.state.ended or not self.is_stale(key):
            return now
        heard, watch = self.heard_at(key), self._watches.get(key.server)
        if heard is None and watch is not None:
            heard = watch.feed.life.status.since
        return now if heard is None else now - max(0.0, self._clock.monotonic() - heard)
