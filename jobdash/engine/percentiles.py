"""How long jobs of each type usually run and wait: the last 500 that ended, so that it follows the present."""

from collections import deque
from collections.abc import Mapping

from jobdash.engine.fields import BY_NAME
from jobdash.model.job import Job
from jobdash.model.state import State

LAST = 500
MOST_TYPES = 2_000
FEWEST = 5
NOTABLE = 0.02
MEASURED = ("runtime", "wait")

Place = tuple[str, str | None]
"""A field's name and a type of job."""


class Percentiles:
    """Figures change only in `settle`, so that what rests on them is looked at again at known moments."""

    def __init__(self) -> None:
        self._seen: dict[Place, deque[float]] = {}
        self._sorted: dict[Place, list[float]] = {}
        self._news: set[Place] = set()

    def learn(self, before: Job | None, after: Job | None) -> None:
        """Takes a job into account that has just ended well."""
        if after is None or after.state is not State.COMPLETED or (before is not None and before.state is after.state):
            return
        for name in MEASURED:
            interval = BY_NAME[name].interval
            span = interval(after) if interval is not None else None
            if span is not None and span[1] is not None and span[1] >= span[0]:
                self._put((name, after.type), span[1] - span[0])

    def of(self, name: str, type: str | None, percent: int) -> float | None:
        """The percentile in seconds, None while too few jobs of the type have ended."""
        known = self._sorted.get((name, type))
        return None if known is None else known[min(len(known) - 1, len(known) * percent // 100)]

    def settle(self) -> bool:
        """Brings the figures up to date; True when one of them has moved by more than 2 %."""
        moved = False
        for place in self._news:
            values = sorted(self._seen[place])
            if len(values) >= FEWEST:
                moved = moved or _differ(self._sorted.get(place), values)
                self._sorted[place] = values
        self._news.clear()
        return moved

    def known(self) -> Mapping[Place, list[float]]:
        """All settled figures, sorted."""
        return self._sorted

    def _put(self, place: Place, value: float) -> None:
        values = self._seen.get(place)
        if values is None:
            if len(self._seen) >= MOST_TYPES:
                return
            values = self._seen[place] = deque(maxlen=LAST)
        values.append(value)
        self._news.add(place)


def _differ(old: list[float] | None, new: list[float]) -> bool:
    if old is None:
        return True
    return any(
        abs(old[len(old) * percent // 100] - now) > NOTABLE * (now or 1.0)
        for percent in (50, 90, 95, 99)
        if (now := new[len(new) * percent // 100]) is not None
    )
