"""Spares Python's garbage collector the millions of objects that live long: walking over them stops everything.

What has lived through a collection is frozen, that is, left out of later ones; it is freed as ever when nobody
refers to it any more.
"""

import gc

OFTEN = 1_000
QUICK = 15_000
"""What so many new jobs leave behind is collected in two or three milliseconds; so many new objects in ten."""


class Collector:
    """Counts what was made that will live long."""

    def __init__(self) -> None:
        self._made = 0

    def more(self, count: int = 1) -> None:
        """Says that so many objects more will live long."""
        self._made += count
        if self._made >= OFTEN:
            self._made = 0
            set_aside_what_is_new(QUICK)


def set_aside_what_is_new(few: int, least: int = 0) -> int:
    """How many objects are new. Unless they are fewer than `least`, they are left out of later collections.

    Garbage among them is collected first where they are less than a `few`. They are counted one by one: Python's own
    count leaves out as many as went meanwhile, of any age.
    """
    new = sum(len(gc.get_objects(generation=generation)) for generation in range(3))
    if new >= least:
        if new < few:
            gc.collect()
        gc.freeze()
    return new
