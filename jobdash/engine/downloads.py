"""The results that a person is downloading: one after the other for each job, each told as it goes on."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jobdash.engine import opening
from jobdash.engine.clock import Clock
from jobdash.engine.download import Folder
from jobdash.engine.ends import Ends
from jobdash.engine.feed import Feed
from jobdash.engine.fetching import Fetching
from jobdash.engine.known import Known
from jobdash.engine.opening import Opened, Progress
from jobdash.model.errors import JobdashError, NotFound
from jobdash.model.job import JobKey


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadView:
    """One result on its way: `done` of `total` bytes, then its `path`; or a `problem`, `gone` when it is too late."""

    url: str
    done: int = 0
    total: int | None = None
    path: Path | None = None
    problem: str | None = None
    gone: bool = False

    @property
    def over(self) -> bool:
        return self.path is not None or self.problem is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsView:
    """What there is to say of a job's results: since when they are there, and for how long, both in seconds.

    `made_at` is seconds since the epoch, the latest it can have been; None while the job has not ended.
    """

    made_at: float | None = None
    kept_for: float | None = None
    downloads: Sequence[DownloadView] = ()


class Downloads:
    """Fetches in tasks of their own; one result's failure never stops the others."""

    def __init__(self, known: Known, feeds: Mapping[str, Feed], ends: Ends, clock: Clock) -> None:
        self._known = known
        self._ends = ends
        self._clock = clock
        self._feeds = feeds
        self._views: dict[JobKey, tuple[DownloadView, ...]] = {}
        self._tasks: dict[JobKey, asyncio.Task[None]] = {}

    def results(self, key: JobKey) -> ResultsView:
        """How old the results of a job are, and how far those are that were asked for last."""
        kept = self._feeds[key.server].link.dialect.retention
        return ResultsView(made_at=self._ends.at(key), kept_for=kept, downloads=self._views.get(key, ()))

    def refusal(self, key: JobKey) -> str | None:
        """Why there is nothing to download now, in one sentence; None when there is."""
        job = self._known.store.get(key)
        if job is None:
            return f"job {key} is not known"
        if key in self._tasks:
            return "the results of this job are being downloaded"
        if not job.results:
            return f"this job has no results to download; it is {job.native_state}"
        return None

    def start(self, key: JobKey, folder: Path, *, force: bool = False, only: str | None = None) -> None:
        """Begins to download the results of a job, or the one at `only`, unless `refusal` says why not."""
        job = self._known.store.get(key)
        if job is None or self.refusal(key) is not None:
            return
        self._views[key] = tuple(DownloadView(url=url) for url in job.results if only in (None, url))
        into = Folder(folder, force, waiting=self._known.gather.notice, clock=self._clock)
        self._tasks[key] = asyncio.create_task(self._fetch_all(key, into), name=f"download {key}")
        self._tell(key)

    async def open(self, key: JobKey, url: str, progress: Progress) -> Opened:
        """One result of a job to look at, in memory. Raises NotFound for one that is gone, other ServerErrors."""
        return await opening.read(Fetching(self._feeds[key.server]), url, key.id, progress)

    async def close(self) -> None:
        """Stops; what arrived in part is gone on with the next time."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def forget(self, key: JobKey) -> None:
        """The job is no longer known here."""
        if key not in self._tasks:
            self._views.pop(key, None)

    async def _fetch_all(self, key: JobKey, folder: Folder) -> None:
        try:
            for number in range(len(self._views[key])):
                await self._fetch(key, number, folder)
        finally:
            del self._tasks[key]
            self._tell(key)
        self._known.gather.notice(_sum(self._views[key], folder.path))

    async def _fetch(self, key: JobKey, number: int, folder: Folder) -> None:
        folder.progress = lambda name, done, total: self._set(key, number, done=done, total=total)
        try:
            folder.make()
            fetch = Fetching(self._feeds[key.server])
            saved = await folder.save(fetch, self._views[key][number].url, f"{key.id}-{number + 1}")
        except JobdashError as error:
            self._set(key, number, problem=str(error), gone=isinstance(error, NotFound))
        else:
            self._set(key, number, done=saved.bytes, path=saved.path)

    def _set(self, key: JobKey, number: int, **news: object) -> None:
        views = list(self._views[key])
        views[number] = replace(views[number], **news)  # type: ignore[arg-type]
        self._views[key] = tuple(views)
        self._tell(key)

    def _tell(self, key: JobKey) -> None:
        self._known.gather.detail(key)


def _sum(views: Sequence[DownloadView], folder: Path) -> str:
    """`2 of 3 results are in FOLDER; ...` with the first reason for what is missing."""
    saved = sum(view.path is not None for view in views)
    why = next((view.problem for view in views if view.problem), None)
    told = f"{saved} of {len(views)} results {'is' if saved == 1 else 'are'} in {folder}"
    return f"{told}; {why}" if why else told
