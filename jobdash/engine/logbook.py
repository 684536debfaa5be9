"""The lines of one job's log as far as they were heard: appended, never replaced, and bounded."""

from collections.abc import Sequence

from jobdash.model.log import LogLine

MOST_LINES = 1_200_000
MOST_CHARACTERS = 256_000_000
ROOM = 0.1
"""The share that leaves at once when there is no more room, so that this is rarely done."""

ALIKE = 32
"""So many lines must be the same where two readings of a log meet."""

CANDIDATES = 100_000


class LogBook:
    """`lines` are the ones kept, `dropped` counts older ones that had to leave. Line numbers count from 0 with both.

    `read_at` is the monotonic time of the last reading, `problem` why the last one failed.
    """

    def __init__(self, most_lines: int = MOST_LINES, most_characters: int = MOST_CHARACTERS) -> None:
        self.lines: list[LogLine] = []
        self.dropped = 0
        self.read_at: float | None = None
        self.problem: str | None = None
        self._characters = 0
        self._most_lines = most_lines
        self._most_characters = most_characters

    @property
    def total(self) -> int:
        """How many lines were heard, kept or not."""
        return self.dropped + len(self.lines)

    def take(self, told: Sequence[LogLine], at: float) -> int:
        """A reading of the log, whole or its end: what is new in it is appended. Gives the number of new lines."""
        self.read_at, self.problem = at, None
        fresh = told[self._known_until(told) :]
        self.append(fresh)
        return len(fresh)

    def append(self, fresh: Sequence[LogLine]) -> None:
        """Lines that are known to be new."""
        self.lines.extend(fresh)
        self._characters += sum(len(line.text) for line in fresh)
        if len(self.lines) > self._most_lines or self._characters > self._most_characters:
            self._make_room()

    def _known_until(self, told: Sequence[LogLine]) -> int:
        """How many of these lines were heard before."""
        if not self.lines or not told:
            return 0
        end = self.total
        if len(told) >= end:
            k = min(ALIKE, len(self.lines))
            if tuple(told[end - k : end]) == tuple(self.lines[-k:]):
                return end
        return self._overlap(told)

    def _overlap(self, told: Sequence[LogLine]) -> int:
        """How far the start of `told` lies over the end of what is kept; the longest such overlap."""
        first, kept = told[0], self.lines
        begin = max(0, len(kept) - len(told))
        for start in range(begin, min(len(kept), begin + CANDIDATES)):
            if kept[start] != first:
                continue
            size = len(kept) - start
            if told[size - 1] == kept[-1] and tuple(told[:size]) == tuple(kept[start:]):
                return size
        return 0

    def _make_room(self) -> None:
        leaving, characters = 0, 0
        spare_lines = len(self.lines) - int(self._most_lines * (1 - ROOM))
        spare_characters = self._characters - int(self._most_characters * (1 - ROOM))
        too_many = len(self.lines) > self._most_lines
        while leaving < len(self.lines) - 1 and (
            (too_many and leaving < spare_lines) or (not too_many and characters < spare_characters)
        ):
            characters += len(self.lines[leaving].text)
            leaving += 1
        del self.lines[:leaving]
        self.dropped += leaving
        self._characters -= characters
