"""What became of each job of a bulk, and how many ended how. Counts are kept, never counted again."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from jobdash.model.command import Command, Outcome, Phase


class End(StrEnum):
    """How a job's part in a bulk ended. LEFT: nothing was sent, because the bulk was stopped before."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    LEFT = "left alone"


END_OF = {Phase.CONFIRMED: End.DONE, Phase.REFUSED: End.REFUSED, Phase.FAILED: End.FAILED}
"""Of every other phase it is not known whether it was done."""


@dataclass(frozen=True, slots=True)
class Result:
    """One job; `message` is in words for a person, `status` the HTTP status where there was an answer."""

    command: Command
    end: End
    message: str
    status: int | None = None

    @classmethod
    def of(cls, outcome: Outcome) -> "Result":
        return cls(outcome.command, END_OF.get(outcome.phase, End.UNKNOWN), outcome.message, outcome.status)

    @property
    def bad(self) -> bool:
        """True when the server itself is in trouble or says no, and not only this job has changed meanwhile."""
        return self.end in (End.FAILED, End.UNKNOWN) or (self.end is End.REFUSED and self.status is not None)


class Results:
    """Results in the order in which they came, and the counts that always agree with them."""

    def __init__(self) -> None:
        self._all: list[Result] = []
        self.counts: Counter[End] = Counter()

    def add(self, result: Result) -> None:
        self._all.append(result)
        self.counts[result.end] += 1

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Result]:
        return iter(self._all)

    def after(self, count: int) -> list[Result]:
        """Those that came after the first `count`."""
        return self._all[count:]

    def of(self, *ends: End) -> list[Result]:
        """Those that ended in one of these ways."""
        return [result for result in self._all if result.end in ends]
