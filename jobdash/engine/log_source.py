"""One log, or several merged by time, as one list of lines that grows."""

from bisect import bisect_right
from collections.abc import Sequence

from jobdash.engine.logbook import LogBook
from jobdash.model.log import LogLine


class LogSource:
    """`lines` grow at their end; `changed` counts the times when they did anything else, so that places are void.

    `names` stand before the lines when there are several books.
    """

    def __init__(self, books: Sequence[tuple[str, LogBook]]) -> None:
        self._books = [book for _, book in books]
        self.names = [name for name, _ in books]
        self.changed = 0
        self.lines: list[LogLine] = []
        self._owners: list[int] = []
        self._times: list[float] = []
        self._begin()

    @property
    def several(self) -> bool:
        return len(self._books) > 1

    @property
    def dropped(self) -> int:
        """How many older lines had to leave."""
        return sum(book.dropped for book in self._books)

    @property
    def problem(self) -> str | None:
        """Why one of the logs could not be read the last time."""
        return next((book.problem for book in self._books if book.problem), None)

    @property
    def read_at(self) -> float | None:
        """The oldest last reading; None while one of the logs was never read."""
        times = [book.read_at for book in self._books]
        return None if None in times else min((at for at in times if at is not None), default=None)

    def name_of(self, index: int) -> str:
        """Whose line this is; empty when there is one log only."""
        return self.names[self._owners[index]] if self.several else ""

    def update(self) -> None:
        """Takes in what the books have heard since."""
        if [book.dropped for book in self._books] != self._dropped:
            self.changed += 1
            self._begin()
        elif self.several:
            for owner in range(len(self._books)):
                self._merge(owner)

    def _begin(self) -> None:
        self._dropped = [book.dropped for book in self._books]
        if not self.several:
            self.lines = self._books[0].lines if self._books else []
            return
        self.lines, self._owners, self._times = [], [], []
        self._taken = [0] * len(self._books)
        self._last = [float("-inf")] * len(self._books)
        for owner in range(len(self._books)):
            self._merge(owner)

    def _merge(self, owner: int) -> None:
        """New lines of one book, each behind what is not younger; one without a time belongs behind the one before."""
        fresh = self._books[owner].lines[self._taken[owner] :]
        self._taken[owner] += len(fresh)
        for line in fresh:
            at = self._last[owner] = self._last[owner] if line.at is None else line.at
            place = len(self.lines) if not self._times or at >= self._times[-1] else bisect_right(self._times, at)
            self.changed += place < len(self.lines)
            self.lines.insert(place, line)
            self._owners.insert(place, owner)
            self._times.insert(place, at)
