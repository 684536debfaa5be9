"""The rank of each job by its key. Many small tables: one that grows to a million entries stops everything."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from jobdash.engine.ranking import Rank
from jobdash.model.job import JobKey

TABLES = 64
PIECE = 256


class Ranks:
    """As much of a dict as is needed."""

    __slots__ = ("_tables",)

    def __init__(self, ranks: Iterable[Rank] = ()) -> None:
        self._tables: list[dict[JobKey, Rank]] = [{} for _ in range(TABLES)]
        for rank in ranks:
            self[rank[-1]] = rank

    def __len__(self) -> int:
        return sum(map(len, self._tables))

    def __iter__(self) -> Iterator[Rank]:
        return chain.from_iterable(table.values() for table in self._tables)

    def __contains__(self, key: JobKey) -> bool:
        return key in self._tables[hash(key) % TABLES]

    def __getitem__(self, key: JobKey) -> Rank:
        return self._tables[hash(key) % TABLES][key]

    def __setitem__(self, key: JobKey, rank: Rank) -> None:
        self._tables[hash(key) % TABLES][key] = rank

    def get(self, key: JobKey) -> Rank | None:
        return self._tables[hash(key) % TABLES].get(key)

    def table(self, key: JobKey) -> dict[JobKey, Rank]:
        """The table in which the rank of this job is or would be: for who looks and puts a million times."""
        return self._tables[hash(key) % TABLES]

    def pop(self, key: JobKey) -> Rank | None:
        """Takes a rank out; None when there was none."""
        return self._tables[hash(key) % TABLES].pop(key, None)

    def let_go(self, over: Callable[[], bool]) -> bool:
        """Frees memory until time is `over`; True while there is more. Freeing a million ranks at once takes long."""
        for table in self._tables:
            while table:
                for _ in range(min(PIECE, len(table))):
                    table.popitem()
                if over():
                    return True
        return False
