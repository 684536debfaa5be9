"""A place in a log whose lines may fold into many rows: found by walking from where one is, not by counting."""

from collections.abc import Callable

Place = tuple[int, int]
"""A line, and which of its rows is the first on the screen."""


class LogPlace:
    """`count` tells how many lines there are, `height` how many rows a line needs."""

    def __init__(self, count: Callable[[], int], height: Callable[[int], int]) -> None:
        self._count = count
        self._height = height
        self.top = 0
        self.sub = 0

    def moved(self, rows: int, screen: int) -> Place:
        """The place some rows further, no further than the end."""
        if rows < 0:
            return self._back(self.top, self.sub, -rows)
        top, sub = self.top, self.sub
        while rows and top < self._count():
            left = self._height(top) - sub
            if rows < left:
                return self.bounded(top, sub + rows, screen)
            rows -= left
            top, sub = top + 1, 0
        return self.bounded(top, sub, screen)

    def _back(self, top: int, sub: int, rows: int) -> Place:
        while rows > sub and top > 0:
            rows -= sub + 1
            top -= 1
            sub = self._height(top) - 1
        return top, max(0, sub - rows)

    def end(self, screen: int) -> Place:
        """The place from which the last row stands at the bottom of the screen."""
        count = self._count()
        if not count:
            return 0, 0
        return self._back(count - 1, self._height(count - 1) - 1, max(0, screen - 1))

    def bounded(self, top: int, sub: int, screen: int) -> Place:
        """A place that does not lie beyond the end."""
        return min((top, sub), self.end(screen))

    def at_end(self, screen: int) -> bool:
        return (self.top, self.sub) >= self.end(screen)
