"""Which texts are the id of a job, of any server: so that ids can be hidden wherever one stands in a text."""

from collections import Counter
from typing import Final

from jobdash.engine.store import Change

REMEMBERED: Final = 100_000
"""Ids of jobs that are forgotten, and may still stand in a result or a log."""


class Ids:
    """Takes the changes of a store. One look tells, however many servers there are."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._here: Counter[str] = Counter()
        self._left: dict[str, None] = {}
        self._remembered = remembered

    def __contains__(self, text: str) -> bool:
        return text in self._here or text in self._left

    def noticed(self, change: Change) -> None:
        """A job is new, other than before, or forgotten."""
        id = change.key.id
        if change.after is None:
            self._leaves(id)
        elif change.before is None:
            self._here[id] += 1

    def _leaves(self, id: str) -> None:
        self._here[id] -= 1
        if self._here[id] <= 0:
            del self._here[id]
        self._left[id] = None
        if len(self._left) > self._remembered:
            del self._left[next(iter(self._left))]
