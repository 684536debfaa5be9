"""How old what is known of one job is: when it was heard, and whether it may not be true any more."""

from jobdash.engine.clock import Clock
from jobdash.engine.known import Known
from jobdash.engine.watches import Watches
from jobdash.model.job import JobKey
from jobdash.model.server import Phase


class Freshness:
    """Asks the store about the job, and the watch about its server."""

    def __init__(self, known: Known, watches: Watches, clock: Clock) -> None:
        self._known = known
        self._watches = watches
        self._clock = clock

    def heard_at(self, key: JobKey) -> float | None:
        """When the server last told about this job, as a reading of the monotonic clock."""
        watch = self._watches.get(key.server)
        listed = watch.feed.life.heard_at if watch is not None and watch.lists else None
        alone = self._known.store.heard_at(key)
        return max((at for at in (alone, listed) if at is not None), default=None)

    def is_stale(self, key: JobKey) -> bool:
        """True when the row of this job may not be true now: its server is not live, or this one job cannot be read."""
        watch = self._watches.get(key.server)
        return watch is None or watch.feed.life.phase is not Phase.LIVE or key in self._known.failing

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
