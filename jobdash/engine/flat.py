"""Rows without groups, with the same face as `group.Groups`: a job a row, in order."""

from collections.abc import Iterator

from jobdash.engine.group import GroupRow
from jobdash.engine.ranking import Rank
from jobdash.engine.rows import Rows
from jobdash.model.job import Job


class Flat:
    """`rows` may be those of the index itself, when everything is shown."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    @property
    def jobs(self) -> int:
        return len(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, rank: Rank, job: Job) -> bool:
        return self.rows.add(rank)

    def discard(self, rank: Rank, job: Job) -> bool:
        return self.rows.discard(rank)

    def same(self, before: Job, after: Job) -> bool:
        return True

    def holds(self, rank: Rank, job: Job) -> bool:
        return rank in self.rows

    def between(self, start: int, stop: int) -> list[Rank | GroupRow]:
        return [*self.rows.between(start, stop)]

    def index(self, rank: Rank, job: Job) -> int | None:
        return self.rows.index(rank)

    def header_of(self, job: Job) -> int | None:
        return None

    def header_at(self, value: str | None) -> int | None:
        return None

    def ranks(self) -> Iterator[Rank]:
        return iter(self.rows)

    def snapshot(self) -> "Flat":
        return Flat(self.rows.snapshot())
