"""All jobs known, by key: applies reports, refuses old news, and says what changed. Holds no heavy payloads."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from jobdash.model.job import Job, JobKey
from jobdash.model.report import JobReport
from jobdash.model.state import State


@dataclass(frozen=True, slots=True)
class Change:
    """One job before and after; None before means new, None after means forgotten."""

    key: JobKey
    before: Job | None
    after: Job | None


class Store:
    """The jobs of all servers. `counts` is kept in step: server -> state -> number of jobs."""

    def __init__(self) -> None:
        self._jobs: dict[JobKey, Job] = {}
        self._heard: dict[JobKey, float] = {}
        self.counts: dict[str, Counter[State]] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    def __iter__(self) -> Iterator[Job]:
        return iter(self._jobs.values())

    def get(self, key: JobKey) -> Job | None:
        return self._jobs.get(key)

    def heard_at(self, key: JobKey) -> float | None:
        """The monotonic time of the last report that was about this job alone."""
        return self._heard.get(key)

    def apply(
        self, report: JobReport, *, at: float, asked_at: float | None = None, alone: bool = True
    ) -> Change | None:
        """Takes a report that arrived `at` into account; None when it says nothing new.

        News that the server itself dates earlier than what is known is dropped; so is the answer to a question
        that was asked (`asked_at`) before fresher news of the same job arrived on a stream.
        """
        key = report.job.key
        old = self._jobs.get(key)
        if old is not None and (_older(report, old) or self._overtaken(key, asked_at)):
            return None
        if alone:
            self._heard[key] = at
        new = _merged(old, report)
        if new == old:
            return None
        self._put(key, old, new)
        return Change(key, old, new)

    def mark(self, key: JobKey, *, overdue: bool | None = None, label: str | None = None) -> Change | None:
        """Sets jobdash's own marks on a job; None when nothing changed or the job is unknown."""
        old = self._jobs.get(key)
        if old is None:
            return None
        new = replace(
            old, overdue=old.overdue if overdue is None else overdue, label=old.label if label is None else label
        )
        if new == old:
            return None
        self._put(key, old, new)
        return Change(key, old, new)

    def forget(self, key: JobKey) -> Change | None:
        """Removes a job; None when it was not known."""
        old = self._jobs.pop(key, None)
        if old is None:
            return None
        self._heard.pop(key, None)
        self._count(key.server, old.state, -1)
        return Change(key, old, None)

    def _overtaken(self, key: JobKey, asked_at: float | None) -> bool:
        heard = self._heard.get(key)
        return asked_at is not None and heard is not None and heard > asked_at

    def _put(self, key: JobKey, old: Job | None, new: Job) -> None:
        self._jobs[key] = new
        if old is None or old.state is not new.state:
            if old is not None:
                self._count(key.server, old.state, -1)
            self._count(key.server, new.state, 1)

    def _count(self, server: str, state: State, step: int) -> None:
        self.counts.setdefault(server, Counter())[state] += step


def _older(report: JobReport, known: Job) -> bool:
    return report.at is not None and known.updated_at is not None and report.at < known.updated_at


def _merged(old: Job | None, report: JobReport) -> Job:
    news = report.job
    if report.at is not None and news.updated_at is None:
        news = replace(news, updated_at=report.at)
    if old is None:
        return news
    if report.partial:
        return old.updated_by(news)
    return replace(news, overdue=old.overdue and not news.state.ended, label=news.label or old.label)
