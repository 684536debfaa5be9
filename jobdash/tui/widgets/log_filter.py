"""Which lines of a log are kept while it is filtered: those that match, and some around them. No widget."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from jobdash.model.log import LogLine

BREATH = 5_000
"""After so many lines somebody else gets a turn."""


class LogFilter:
    """`kept` are line numbers in order, `matching` tells those that match from their context."""

    def __init__(self, needle: str, context: int) -> None:
        self.needle = needle
        self.context = context
        self.kept: list[int] = []
        self.count = 0
        self._folded = needle.casefold()
        self._looked = 0
        self._until = -1

    def look(self, lines: Sequence[LogLine]) -> bool:
        """Looks at the next lines; True when there are more to look at."""
        stop = min(len(lines), self._looked + BREATH)
        for index in range(self._looked, stop):
            if self._folded in lines[index].text.casefold():
                self.count += 1
                first = max(index - self.context, self.kept[-1] + 1 if self.kept else 0)
                self.kept.extend(range(first, index + 1))
                self._until = index + self.context
            elif index <= self._until:
                self.kept.append(index)
        self._looked = stop
        return stop < len(lines)

    def matches(self, line: LogLine) -> bool:
        """Whether a line is kept for itself and not for its neighbour."""
        return self._folded in line.text.casefold()

    def row_of(self, index: int) -> int:
        """The row of a line, or of the first kept one after it."""
        return bisect_left(self.kept, index)


def seek(lines: Sequence[LogLine], needle: str, start: int, step: int) -> Iterator[int | None]:
    """The next line that matches from `start` on, once around; None now and then. Nothing at the end: there is none."""
    wanted, size = needle.casefold(), len(lines)
    for looked in range(size):
        index = (start + step * looked) % size
        if wanted in lines[index].text.casefold():
            yield index
            return
        if looked % BREATH == BREATH - 1:
            yield None
