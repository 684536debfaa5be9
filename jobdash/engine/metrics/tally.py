"""How often something happened lately: counts in slots of equal width. Bounded, and O(1) for each event."""

from array import array


class Tally:
    """Remembers `slots` slots of `width` seconds; times are monotonic and never go back."""

    __slots__ = ("_at", "_counts", "_sum", "began", "width")

    def __init__(self, began: float, width: float = 5.0, slots: int = 60) -> None:
        self.began = began
        self.width = width
        self._counts = array("f", bytes(4 * slots))
        self._sum = 0.0
        self._at = int(began // width)

    def add(self, now: float, count: float = 1.0) -> None:
        """Something happened `count` times."""
        self._turn_to(int(now // self.width))
        self._counts[self._at % len(self._counts)] += count
        self._sum += count

    def last(self, now: float, seconds: float) -> float:
        """How often in about the last `seconds`, as far as is remembered."""
        self._turn_to(int(now // self.width))
        size, wanted = len(self._counts), round(seconds / self.width)
        if wanted >= size or not self._sum:
            return self._sum
        first = (self._at - wanted + 1) % size
        stop = first + wanted
        return sum(self._counts[first:stop]) + (sum(self._counts[: stop - size]) if stop > size else 0.0)

    def covers(self, now: float, seconds: float) -> float:
        """For how many of the last `seconds` anything is known, the present slot as far as it has come."""
        whole = min(seconds, len(self._counts) * self.width) - self.width + now % self.width
        return max(0.0, min(now - self.began, whole))

    def steps(self, now: float, seconds: float, steps: int) -> list[float | None]:
        """The last `steps` whole spans of `seconds`, oldest first; None where nobody counted yet."""
        per, size = max(1, round(seconds / self.width)), len(self._counts)
        self._turn_to(int(now // self.width))
        found: list[float | None] = []
        for step in range(steps, 0, -1):
            first, stop = self._at - step * per, self._at - (step - 1) * per
            if first < self._at - size + 1 or first * self.width < self.began - self.width:
                found.append(None)
            else:
                found.append(sum(self._counts[slot % size] for slot in range(first, stop)))
        return found

    def _turn_to(self, slot: int) -> None:
        size = len(self._counts)
        if slot > self._at:
            for passed in range(self._at + 1, min(slot, self._at + size) + 1):
                self._sum -= self._counts[passed % size]
                self._counts[passed % size] = 0.0
        self._at = max(slot, self._at)
