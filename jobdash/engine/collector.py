"""Spares Python's garbage collector the millions of objects that live long: walking over them stops everything.

What has lived through a collection is frozen, that is, left out of later ones; it is freed as ever when nobody
refers to it any more.
"""

import gc
from collections.abc import Iterable

from jobdash.model.job import Job

OFTEN = 1_000
"""What so many new jobs leave behind is collected in two or three milliseconds."""


def all_of(jobs: Iterable[Job]) -> list[Job]:
    """A list of them that the collector never looks at: one that is new would be gone through three times."""
    gc.collect(0)
    whole = list(jobs)
    gc.freeze()
    return whole


class Collector:
    """Counts what was made that will live long."""

    def __init__(self) -> None:
        self._made = 0

    def more(self, count: int = 1) -> None:
        """Says that so many objects more will live long."""
        self._made += count
        if self._made >= OFTEN:
            self._made = 0
            gc.collect()
            gc.freeze()
