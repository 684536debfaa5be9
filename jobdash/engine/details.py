"""The heavy parts of the few jobs that a person looks at, with the age of each reading; the rest is dropped."""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, replace

from jobdash.model.job import Detail, JobKey


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailView:
    """The heavy part of a job. `asked_at` and `read_at` are monotonic seconds, None while it was never read.

    `problem` says why it could not be read the last time.
    """

    detail: Detail | None = None
    asked_at: float | None = None
    read_at: float | None = None
    problem: str | None = None


class Details:
    """The last `limit` jobs looked at, in the order of looking."""

    def __init__(self, limit: int = 32) -> None:
        self._limit = self._most = limit
        self._views: OrderedDict[JobKey, DetailView] = OrderedDict()

    def get(self, key: JobKey) -> DetailView | None:
        return self._views.get(key)

    def loaded(self, key: JobKey) -> Detail | None:
        """What was read of a job, None when nothing was."""
        view = self._views.get(key)
        return view.detail if view is not None else None

    def __len__(self) -> int:
        return sum(view.detail is not None for view in self._views.values())

    def wants(self, key: JobKey) -> bool:
        """True for a job that was looked at and is still held."""
        return key in self._views

    def look_at_all(self, keys: Collection[JobKey]) -> list[JobKey]:
        """From now on the heavy parts of all these jobs are kept, besides those of the last ones looked at.

        Gives back those of which nothing was kept before.
        """
        self._most = self._limit + len(keys)
        new = [key for key in keys if key not in self._views]
        for key in keys:
            self.look_at(key)
        return new

    def look_at(self, key: JobKey) -> None:
        """From now on the heavy part of this job is kept."""
        self._views.setdefault(key, DetailView())
        self._views.move_to_end(key)
        while len(self._views) > self._most:
            self._views.popitem(last=False)

    def put(self, key: JobKey, detail: Detail, at: float, asked_at: float | None = None) -> None:
        """Keeps what was read, unless the question was asked before the one whose answer is here already."""
        known = self._views.get(key)
        asked_at = at if asked_at is None else asked_at
        if known is not None and (known.asked_at is None or asked_at >= known.asked_at):
            self._views[key] = DetailView(detail=detail, asked_at=asked_at, read_at=at)

    def failed(self, key: JobKey, problem: str) -> None:
        """The last reading failed; what was read before stays, with its age."""
        known = self._views.get(key)
        if known is not None:
            self._views[key] = replace(known, problem=problem)

    def drop(self, key: JobKey) -> None:
        """The job is no longer known here."""
        self._views.pop(key, None)
