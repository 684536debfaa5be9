"""The face of a list of rows, live or frozen: all that a screen or a command line asks of one."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

from jobdash.engine.flat import Flat
from jobdash.engine.group import GroupRow, Groups
from jobdash.engine.ranking import Rank
from jobdash.model.job import Job, JobKey

Row = Job | GroupRow


class Listed(ABC):
    """Rows are numbered from 0; each is a job or, where they are grouped, the header of a group."""

    _shown: Flat | Groups

    @property
    def complete(self) -> bool:
        """False while jobs are still being looked at, so that there may be more rows than it says."""
        return True

    @property
    def counted(self) -> float:
        """How much of that is done, from 0 to 1."""
        return 1.0

    @property
    def matching(self) -> int:
        """How many jobs match, shown or folded away."""
        return self._shown.jobs

    def __len__(self) -> int:
        return len(self._shown)

    def rows(self, start: int, stop: int) -> Sequence[Row]:
        """Rows `start` up to `stop`."""
        found = (row if isinstance(row, GroupRow) else self._told(row[-1]) for row in self._shown.between(start, stop))
        return [row for row in found if row is not None]

    def window(self, start: int, stop: int) -> Sequence[Job]:
        """The jobs among rows `start` up to `stop`."""
        return [row for row in self.rows(start, stop) if isinstance(row, Job)]

    def key_at(self, index: int) -> JobKey | None:
        """The job of a row, None for a header and outside."""
        row = self._at(index)
        return None if row is None or isinstance(row, GroupRow) else row[-1]

    def group_at(self, index: int) -> GroupRow | None:
        """The header of a row, None for a job and outside."""
        row = self._at(index)
        return row if isinstance(row, GroupRow) else None

    def position(self, key: JobKey) -> int | None:
        """The row of a job, None when it is not among the rows."""
        rank, job = self._rank(key), self._job(key)
        return None if rank is None or job is None else self._shown.index(rank, job)

    def header_of(self, key: JobKey) -> int | None:
        """The row of the header of a job's group, None when rows are not grouped or there is no such group."""
        job = self._job(key)
        return None if job is None else self._shown.header_of(job)

    def header_at(self, value: str | None) -> int | None:
        """The row of the header of this group, None when there is none."""
        return self._shown.header_at(value)

    def keys(self) -> Iterator[JobKey]:
        """All matching jobs, folded away or not, in order; not to be held over a change."""
        return (rank[-1] for rank in self._shown.ranks())

    def fold(self, value: str | None, *, folded: bool) -> None:
        """Hides or shows the jobs of one group."""
        if isinstance(self._shown, Groups):
            self._shown.fold(value, folded=folded)

    def fold_all(self, *, folded: bool) -> None:
        """Hides or shows the jobs of all groups that there are now."""
        if isinstance(self._shown, Groups):
            self._shown.fold_all(folded=folded)

    @abstractmethod
    def _rank(self, key: JobKey) -> Rank | None:
        """The rank with which a job was put among the rows, if it was."""

    @abstractmethod
    def _job(self, key: JobKey) -> Job | None:
        """The job as it was when it was put there."""

    def _told(self, key: JobKey) -> Job | None:
        """The job as it is to be drawn."""
        return self._job(key)

    def _at(self, index: int) -> Rank | GroupRow | None:
        found = self._shown.between(index, index + 1) if index >= 0 else []
        return found[0] if found else None
