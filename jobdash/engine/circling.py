"""How it is noticed that a listing leads nowhere: its pages go on, and tell nothing new."""

from dataclasses import dataclass

IDLE_PAGES = 3
"""A listing that goes on for so many pages with jobs, and none of them new, runs in a circle."""

EMPTY_PAGES = 1_000
"""Pages without any job are no circle (the queues of a server may be empty), unless there are so many in a row."""


@dataclass(slots=True)
class Circling:
    """`idle` are pages in a row with jobs and none of them new, `empty` those without any job."""

    idle: int = 0
    empty: int = 0

    def turned(self, jobs: int, new: int) -> None:
        """A page was read."""
        self.idle = 0 if new else self.idle + bool(jobs)
        self.empty = 0 if jobs else self.empty + 1

    @property
    def round(self) -> bool:
        """True when nothing more is to be expected."""
        return self.idle >= IDLE_PAGES or self.empty >= EMPTY_PAGES
