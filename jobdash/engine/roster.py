"""The keys of all jobs as they came, in short lists: what is walked through slice by slice while jobs come and go.

Jobs that came together lie together in memory, which makes such a walk five times as fast as one in their order.
"""

from collections.abc import Callable, Iterator

from jobdash.model.job import Job, JobKey

LENGTH = 1_000
LOOKS = 4
"""For each job that goes so many keys are looked at, whether theirs have gone, too: at most about half of them have."""


class Roster:
    """`get` gives the job of a key; its own key is the very object with which it was added."""

    def __init__(self, get: Callable[[JobKey], Job | None]) -> None:
        self._get = get
        self._lists: dict[int, list[JobKey]] = {}
        self._last = -1
        self._owed = 0
        self._to_sweep: Iterator[int] = iter(())

    def __len__(self) -> int:
        """How many keys it holds, those of jobs that have gone included."""
        return sum(map(len, self._lists.values()))

    def add(self, key: JobKey) -> None:
        last = self._lists.get(self._last)
        if last is None or len(last) >= LENGTH:
            self._last += 1
            last = self._lists[self._last] = []
        last.append(key)

    def gone(self) -> None:
        """Says that the store has forgotten a job."""
        self._owed += LOOKS
        while self._owed >= LENGTH:
            self._owed -= self._sweep()

    def walk(self) -> "Stroll":
        """Through all jobs that are there now and stay; each as it is when its turn comes."""
        return Stroll(self._lists, self._get)

    def _sweep(self) -> int:
        """Frees one list of the keys whose jobs have gone; how much was looked at."""
        number = next(self._to_sweep, None)
        if number is None:
            self._to_sweep = iter(list(self._lists))
            number = next(self._to_sweep)
        keys = self._lists[number]
        kept = [key for key in keys if (job := self._get(key)) is not None and job.key is key]
        if kept or number == self._last:
            self._lists[number] = kept
        else:
            del self._lists[number]
        return max(1, len(keys))


class Stroll:
    """One walk through a roster; jobs that come meanwhile may be met or not."""

    def __init__(self, lists: dict[int, list[JobKey]], get: Callable[[JobKey], Job | None]) -> None:
        self._lists = lists
        self._numbers = list(lists)
        self._count = max(1, len(self._numbers))
        self._get = get

    @property
    def progress(self) -> float:
        """How much lies behind, from 0 to 1."""
        return 1 - len(self._numbers) / self._count

    def pieces(self, most: int) -> Iterator[list[Job]]:
        """Up to `most` jobs at a time; some of them may be met twice."""
        get = self._get
        while self._numbers:
            keys = self._lists.get(self._numbers.pop(), ())
            for at in range(0, len(keys), most):
                yield [job for job in map(get, keys[at : at + most]) if job is not None]
