"""All jobs known, by key: applies reports, refuses old news, and says what changed. Holds no heavy payloads."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jobdash.engine.merge import differing, filled, merged
from jobdash.engine.roster import Roster, Stroll
from jobdash.engine.slim import Slim
from jobdash.model.job import Job, JobKey
from jobdash.model.report import JobReport
from jobdash.model.state import State
from jobdash.model.swift import swift

BELIEVED_AFTER = 3
"""A server that answers so often in a row with an older time means it: its clock was set back."""

MOST_NATIVE_STATES = 1_000

OF_PROGRESS = frozenset(("progress", "fraction", "step", "updated_at"))


@dataclass(frozen=True, slots=True)
class Change:
    """One job before and after; None before means new, None after means forgotten.

    `of_progress`: the job just went on, which is what most changes are; nothing else about it is different. One that
    has ended may be spoken of again as well.
    """

    key: JobKey
    before: Job | None
    after: Job | None
    of_progress: bool = False

    @property
    def of_state(self) -> bool:
        """True when the job is new, forgotten or in another state."""
        return self.before is None or self.after is None or self.before.state is not self.after.state


_change = swift(Change)


class Store:
    """The jobs of all servers. `counts` is kept in step: server -> state -> number of jobs.

    `native_states` are the words that servers have used for states.
    """

    def __init__(self) -> None:
        self._jobs: dict[JobKey, Job] = {}
        self._heard: dict[JobKey, float] = {}
        self._doubts: dict[JobKey, int] = {}
        self._versions: dict[JobKey, float] = {}
        self._roster = Roster(self._jobs.get)
        self._slim = Slim()
        self.counts: dict[str, Counter[State]] = {}
        self.native_states: set[str] = set()

    def __len__(self) -> int:
        return len(self._jobs)

    def __iter__(self) -> Iterator[Job]:
        return iter(self._jobs.values())

    def __contains__(self, key: JobKey) -> bool:
        return key in self._jobs

    def get(self, key: JobKey) -> Job | None:
        return self._jobs.get(key)

    def walk(self) -> Stroll:
        """Goes through all jobs while they come, change and go; to be taken in slices."""
        return self._roster.walk()

    def heard_at(self, key: JobKey) -> float | None:
        """The monotonic time of the last report that was about this job alone, or that changed its state."""
        return self._heard.get(key)

    def doubts(self, key: JobKey) -> int:
        """How many reports in a row were refused because the server dates them before what is known."""
        return self._doubts.get(key, 0)

    def apply(
        self, report: JobReport, *, at: float, asked_at: float | None = None, alone: bool = True
    ) -> Change | None:
        """Takes a report that arrived `at` into account; None when it says nothing new.

        News that the server itself calls older than what is known, by its version, else by its date, is refused,
        unless it insists. What was told before only fills gaps, and so does the answer to a question that was asked
        (`asked_at`) before fresher news of the same job arrived, unless its version is a newer one.
        """
        key = report.job.key
        old = self._jobs.get(key)
        if old is not None:
            key = old.key
        step = None if report.version is None else self._step(key, report.version)
        if old is not None and (step is None or step <= 0):
            overtaken = asked_at is not None and self._heard.get(key, asked_at) > asked_at
            if overtaken or (step == 0 and report.partial):
                more = filled(old, report)
                return self._changed(key, old, more, differing(old, more))
            if _goes_back(report, old, step) and not self._insists(old, report, asked_at, alone):
                return None
        new, changed = merged(old, report)
        if report.version is not None:
            self._versions[key] = report.version
        if self._doubts:
            self._doubts.pop(key, None)
        if alone or (old is not None and old.state is not new.state):  # else a slower answer could undo the change
            self._heard[key] = at
        return self._changed(key, old, new, changed)

    def mark(
        self, key: JobKey, *, overdue: bool | None = None, label: str | None = None, priority: str | None = None
    ) -> Change | None:
        """Sets jobdash's own marks on a job; None when nothing changed or the job is unknown."""
        old = self._jobs.get(key)
        if old is None:
            return None
        new = replace(
            old,
            overdue=old.overdue if overdue is None else overdue,
            label=old.label if label is None else label,
            priority=old.priority if priority is None else priority,
        )
        return self._changed(key, old, new, differing(old, new))

    def forget(self, key: JobKey) -> Change | None:
        """Removes a job; None when it was not known."""
        old = self._jobs.pop(key, None)
        if old is None:
            return None
        self._heard.pop(key, None)
        self._doubts.pop(key, None)
        self._versions.pop(key, None)
        self._roster.gone()
        self._count(key.server, old.state, -1)
        return Change(key, old, None)

    def _step(self, key: JobKey, version: float) -> float | None:
        """How far this version is ahead of the one that is known; None when none is."""
        known = self._versions.get(key)
        return None if known is None else version - known

    def _insists(self, old: Job, report: JobReport, asked_at: float | None, alone: bool) -> bool:
        """An answer in full to a question of ours is the server's word now, whatever its clock says of it.

        That an ended job lives is believed of no listing, however often it says so: it may be a cached one.
        """
        doubts = self._doubts[old.key] = self._doubts.get(old.key, 0) + 1
        full = asked_at is not None and not report.partial and (alone or not _revives(report, old))
        return full and doubts >= BELIEVED_AFTER

    def _changed(self, key: JobKey, old: Job | None, new: Job, changed: Sequence[str]) -> Change | None:
        if old is not None and not changed:
            return None
        goes_on = old is not None and OF_PROGRESS.issuperset(changed)
        if not goes_on or new.key is not key:
            new = self._slim(new, old)
        self._jobs[key] = new
        if goes_on:
            return _change(key, old, new, goes_on)
        if old is None:
            self._roster.add(new.key)
        if len(self.native_states) < MOST_NATIVE_STATES:
            self.native_states.add(new.native_state)
        if old is None or old.state is not new.state:
            if old is not None:
                self._count(key.server, old.state, -1)
            self._count(key.server, new.state, 1)
        return _change(key, old, new, goes_on)

    def _count(self, server: str, state: State, step: int) -> None:
        counts = self.counts.get(server)
        if counts is None:
            counts = self.counts[server] = Counter()
        counts[state] += step


def _goes_back(report: JobReport, known: Job, step: float | None) -> bool:
    """True for news dated before what is known, and for an event by which an ended job lives again without a new date.

    Where a source does not date its news, the job's own last change does: of an event always, of an answer in full
    where an ended job would live again (a cached listing, a replica that lags). A version (`step`) goes before.
    """
    revives = _revives(report, known)
    if step is not None:
        return step < 0 or (step == 0 and revives)
    told = report.job.updated_at if report.at is None and (report.partial or revives) else report.at
    if told is None or known.updated_at is None:
        return report.partial and revives
    return told < known.updated_at or (report.partial and revives and told == known.updated_at)


def _revives(report: JobReport, known: Job) -> bool:
    return known.state.ended and not report.job.state.ended
