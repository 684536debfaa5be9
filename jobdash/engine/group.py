"""Rows in groups: a header for each value of a field, with counts by state, and the jobs of the unfolded ones below."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, chain

from jobdash.engine import fields
from jobdash.engine.ranking import Rank
from jobdash.engine.rows import Rows
from jobdash.model.errors import QueryError
from jobdash.model.job import Job
from jobdash.model.state import State

GROUPABLE = ("server", "queue", "type", "state", "worker")
FINGERPRINT = "error"

Value = Callable[[Job], str | None]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A header: `value` is None for the jobs of which the server does not say. `counts` are of all jobs inside."""

    by: str
    value: str | None
    total: int
    counts: Mapping[State, int]
    folded: bool


@dataclass(frozen=True, slots=True)
class Grouping:
    """What rows are grouped by; `value` gives a job's group."""

    by: str
    value: Value

    @classmethod
    def parse(cls, name: str, fingerprint: Value | None = None) -> "Grouping | None":
        """The grouping of this name, None for no name at all. Raises QueryError."""
        name = name.strip().lower()
        if not name:
            return None
        if name == FINGERPRINT and fingerprint is not None:
            return cls(name, fingerprint)
        found = fields.find(name)
        if found is None or found.name not in GROUPABLE or found.get is None:
            known = (*GROUPABLE, *([FINGERPRINT] if fingerprint is not None else []))
            raise QueryError(f"rows cannot be grouped by `{name}`; they can by {', '.join(known)}", 0)
        return cls(found.name, found.get)


@dataclass(slots=True)
class _Group:
    value: str | None
    rows: Rows = field(default_factory=Rows)
    counts: Counter[State] = field(default_factory=Counter)

    @property
    def order(self) -> tuple[int, str]:
        """Worst first would never stand still: groups are in the order of their names, the nameless one last."""
        return (1, "") if self.value is None else (0, self.value)


class Groups:
    """The shown jobs by group. `folded` groups show their header only; it outlives the groups themselves."""

    def __init__(self, grouping: Grouping, folded: set[str | None] | None = None) -> None:
        self.grouping = grouping
        self.folded: set[str | None] = set() if folded is None else folded
        self.jobs = 0
        self._groups: dict[str | None, _Group] = {}
        self._layout: tuple[list[_Group], list[int]] | None = None

    def __len__(self) -> int:
        ordered, starts = self._laid_out()
        return starts[-1] + self._height(ordered[-1]) if ordered else 0

    def add(self, rank: Rank, job: Job) -> bool:
        value = self.grouping.value(job)
        group = self._groups.get(value)
        if group is None:
            group = self._groups[value] = _Group(value)
        if not group.rows.add(rank):
            return False
        group.counts[job.state] += 1
        self.jobs += 1
        self._layout = None
        return True

    def discard(self, rank: Rank, job: Job) -> bool:
        """Takes out a job that was added with this rank; `job` is as it was then."""
        value = self.grouping.value(job)
        group = self._groups.get(value)
        if group is None or not group.rows.discard(rank):
            return False
        group.counts[job.state] -= 1
        self.jobs -= 1
        self._layout = None
        if not group.rows:
            del self._groups[value]
        return True

    def same(self, before: Job, after: Job) -> bool:
        """True when neither group nor counts differ between the two."""
        return before.state is after.state and self.grouping.value(before) == self.grouping.value(after)

    def holds(self, rank: Rank, job: Job) -> bool:
        group = self._groups.get(self.grouping.value(job))
        return group is not None and rank in group.rows

    def fold(self, value: str | None, *, folded: bool) -> None:
        (self.folded.add if folded else self.folded.discard)(value)
        self._layout = None

    def fold_all(self, *, folded: bool) -> None:
        self.folded.clear()
        if folded:
            self.folded.update(self._groups)
        self._layout = None

    def between(self, start: int, stop: int) -> list[Rank | GroupRow]:
        """The ranks and headers of rows `start` up to `stop`."""
        start, stop = max(0, start), min(stop, len(self))
        ordered, starts = self._laid_out()
        found: list[Rank | GroupRow] = []
        at = max(0, bisect_right(starts, start) - 1)
        while start < stop:
            group, within = ordered[at], start - starts[at]
            if within == 0:
                found.append(self._header(group))
            end = min(stop - starts[at], self._height(group))
            found += group.rows.between(max(0, within - 1), end - 1)
            start = starts[at] + end
            at += 1
        return found

    def index(self, rank: Rank, job: Job) -> int | None:
        """The row of a job, None when it is not shown or its group is folded."""
        value = self.grouping.value(job)
        group = self._groups.get(value)
        within = group.rows.index(rank) if group is not None and value not in self.folded else None
        if group is None or within is None:
            return None
        ordered, starts = self._laid_out()
        return starts[ordered.index(group)] + 1 + within

    def header_of(self, job: Job) -> int | None:
        """The row of the header of a job's group."""
        return self.header_at(self.grouping.value(job))

    def header_at(self, value: str | None) -> int | None:
        """The row of a group's header, None when there is no such group."""
        group = self._groups.get(value)
        if group is None:
            return None
        ordered, starts = self._laid_out()
        return starts[ordered.index(group)]

    def ranks(self) -> Iterator[Rank]:
        """All of them, folded away or not, group after group."""
        return chain.from_iterable(group.rows for group in self._laid_out()[0])

    def snapshot(self) -> "Groups":
        """The groups as they are now; neither of the two sees what the other becomes."""
        copy = Groups(self.grouping, set(self.folded))
        copy.jobs = self.jobs
        copy._groups = {
            value: _Group(value, group.rows.snapshot(), group.counts.copy()) for value, group in self._groups.items()
        }
        return copy

    def _header(self, group: _Group) -> GroupRow:
        counts = {state: count for state, count in group.counts.items() if count}
        return GroupRow(self.grouping.by, group.value, len(group.rows), counts, group.value in self.folded)

    def _height(self, group: _Group) -> int:
        return 1 if group.value in self.folded else 1 + len(group.rows)

    def _laid_out(self) -> tuple[list[_Group], list[int]]:
        if self._layout is None:
            ordered = sorted(self._groups.values(), key=lambda group: group.order)
            starts = [0, *accumulate(self._height(group) for group in ordered)]
            self._layout = ordered, starts[: len(ordered)]
        return self._layout
