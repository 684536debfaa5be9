"""A policy for repeating a safe request. Pure: the connection asks it, nothing here waits or draws lots by itself."""

from collections.abc import Callable
from dataclasses import dataclass

from jobdash.model.errors import ServerError, Throttled, TimedOut, Unreachable


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Up to `times` repetitions; the wait before the n-th is `factor` * 2^(n-1) seconds, less a part that is drawn.

    A `Retry-After` of at most `patience` seconds is obeyed to the letter; a longer one ends the repeating, so that
    the person hears of it instead of waiting without a word.
    """

    random: Callable[[], float]
    times: int = 3
    factor: float = 0.5
    patience: float = 30.0
    statuses: frozenset[int] = frozenset({429, 500, 502, 503, 504})

    def wait(self, attempt: int, error: ServerError) -> float | None:
        """Seconds to wait after the failed `attempt` (from 1) before the next; None when there is to be none."""
        broken = isinstance(error, Unreachable | TimedOut)
        if attempt > self.times or not (broken or error.status in self.statuses):
            return None
        asked = error.retry_after if isinstance(error, Throttled) else None
        if asked is not None:
            return asked if asked <= self.patience else None
        return float(self.factor * 2 ** (attempt - 1) * (0.5 + self.random() / 2))
