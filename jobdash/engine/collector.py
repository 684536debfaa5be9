"""Spares Python's garbage collector the millions of objects that live long: walking over them stops everything.

What has lived through a collection is frozen, that is, left out of later ones; it is freed as ever when nobody
refers to it any more.
"""

import gc

OFTEN = 1_000
"""What so many new jobs leave behind is collected in two or three milliseconds."""


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
