"""A list of rows as it was at one moment, while the live one goes on behind it."""

from collections.abc import Callable

from jobdash.engine.flat import Flat
from jobdash.engine.group import Groups
from jobdash.engine.index import Index
from jobdash.engine.listed import Listed
from jobdash.engine.ranking import Rank
from jobdash.model.job import Job, JobKey


class Frozen(Listed):
    """Keeps rows in their places; with `live`, what stands in them stays true, otherwise it is as it was as well.

    Only what changes later is written down, so that freezing a million rows takes no time. `since` is seconds
    since the epoch.
    """

    def __init__(
        self, shown: Flat | Groups, index: Index, get: Callable[[JobKey], Job | None], *, since: float, live: bool
    ) -> None:
        self.since = since
        self._live = live
        self._shown = shown.snapshot()
        self._index = index
        self._get = get
        self._jobs: dict[JobKey, Job] = {}
        self._ranks: dict[JobKey, Rank] = {}

    def remember(self, index: Index, key: JobKey, before: Job | None) -> None:
        """Writes down what a job and its rank were, before they change for the first time."""
        if before is not None:
            self._jobs.setdefault(key, before)
        rank = index.ranks.get(key) if index is self._index else None
        if rank is not None:
            self._ranks.setdefault(key, rank)

    def _rank(self, key: JobKey) -> Rank | None:
        return self._ranks.get(key) or self._index.ranks.get(key)

    def _job(self, key: JobKey) -> Job | None:
        return self._jobs.get(key) or self._get(key)

    def _told(self, key: JobKey) -> Job | None:
        """A job that was forgotten meanwhile is drawn as it was, in either case."""
        return (self._get(key) or self._jobs.get(key)) if self._live else self._job(key)
