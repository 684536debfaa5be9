"""A walk through rows that change meanwhile: it knows what lies behind it by rank, not by number."""

from collections.abc import Iterator

from jobdash.engine.ranking import Rank
from jobdash.engine.rows import Rows


class Walk:
    """`done` when the end was reached; `count` is how many were given."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._at: Rank | None = None
        self.done = False
        self.count = 0

    def step(self) -> Rank | None:
        """The next rank, which lies behind at once; None at the end."""
        for rank in list(self.ahead(1)):
            return rank
        return None

    def ahead(self, most: int) -> Iterator[Rank]:
        """Up to `most` ranks; each lies behind as soon as the next one is asked for."""
        ranks = self._rows.after(self._at, most)
        self.done = not ranks
        for rank in ranks:
            yield rank
            self._at = rank
            self.count += 1
