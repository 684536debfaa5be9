"""A sorted and filtered window onto the store: what a list draws from. Placeholder of the interface."""

from collections.abc import Sequence
from typing import Protocol

from jobdash.model.job import Job, JobKey


class View(Protocol):
    """The rows that match the query, in order. Every call is cheap enough for a paint."""

    def __len__(self) -> int: ...
    def window(self, start: int, stop: int) -> Sequence[Job]: ...
    def key_at(self, index: int) -> JobKey | None: ...
    def position(self, key: JobKey) -> int | None: ...
