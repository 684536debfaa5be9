"""Jobs to be looked at again at a known moment, by the second: `age>1h` is answered anew when the hour is full."""

from collections.abc import Callable, Iterator

from jobdash.model.job import JobKey

FARTHEST = 1e12


class Turns:
    """Costs eight bytes a job; one that changed meanwhile may be looked at once too often, which does no harm."""

    def __init__(self) -> None:
        self._seconds: dict[int, list[JobKey]] = {}
        self._next: int | None = None

    def __len__(self) -> int:
        """In how many seconds something is to be looked at."""
        return len(self._seconds)

    def set(self, key: JobKey, at: float) -> None:
        """To be looked at just after `at`, in seconds since the epoch."""
        if not -FARTHEST < at < FARTHEST:
            return
        second = int(at) + 1
        self._seconds.setdefault(second, []).append(key)
        if self._next is None or second < self._next:
            self._next = second

    def let_go(self, over: Callable[[], bool]) -> bool:
        """Frees memory until time is `over`; True while there is more."""
        while self._seconds:
            self._seconds.popitem()
            if over():
                return True
        return False

    def due(self, now: float) -> Iterator[JobKey]:
        """The jobs whose moment has come; each is given once."""
        while self._next is not None and self._next <= now:
            keys = self._seconds[self._next]
            while keys:
                yield keys.pop()
            if not self._seconds[self._next]:
                del self._seconds[self._next]
                self._next = min(self._seconds, default=None)
