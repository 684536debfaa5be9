"""The logs of the jobs that are read right now: who is wanted, and what was heard of each."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from jobdash.engine.logbook import LogBook
from jobdash.model.job import JobKey
from jobdash.model.log import LogLine

HELD = 8
"""So many logs stay after nobody reads them any more, so that coming back costs nothing."""


class Logs:
    """Holds a log only for jobs whose log somebody wanted to read."""

    def __init__(self) -> None:
        self.wanted: tuple[JobKey, ...] = ()
        self._books: OrderedDict[JobKey, LogBook] = OrderedDict()

    def want(self, keys: Iterable[JobKey]) -> None:
        """These logs are read now, and no others."""
        self.wanted = tuple(keys)
        for key in self.wanted:
            self._books.setdefault(key, LogBook())
            self._books.move_to_end(key)
        while len(self._books) > max(HELD, len(self.wanted)):
            self._books.popitem(last=False)

    def book(self, key: JobKey) -> LogBook | None:
        """What is known of a job's log, None when nobody wanted to read it."""
        return self._books.get(key)

    def take(self, key: JobKey, told: Sequence[LogLine], at: float) -> bool:
        """A reading of a log; False when nobody wants it or it says nothing new."""
        book = self._books.get(key)
        return book is not None and book.take(told, at) > 0

    def failed(self, key: JobKey, problem: str) -> None:
        if (book := self._books.get(key)) is not None:
            book.problem = problem

    def drop(self, key: JobKey) -> None:
        """The job is no longer known here."""
        self._books.pop(key, None)
