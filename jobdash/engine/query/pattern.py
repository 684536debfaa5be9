"""Regular expressions whose time is bounded: dangerous shapes are refused, long texts are approached with care.

Python's `re` cannot be interrupted, so the bound has to hold before a search begins. Without a repeat inside a
repeat the time grows with a known power of the text's length; a search therefore tries growing beginnings of a long
text and gives up on it as soon as the next one could take too long.
"""

import re
import warnings
from collections.abc import Callable

from jobdash.engine.query.shape import danger
from jobdash.model.errors import QueryError

LONGEST_TEXT = 2_000
FIRST_LENGTH = 32
SLOW = 0.005
PATIENCE = 1.0

Timer = Callable[[], float]


class Pattern:
    """One regular expression, in upper or lower case. `given_up` counts the texts on which it took too long."""

    def __init__(self, source: str, position: int, timer: Timer) -> None:
        repeats, problem = danger(source)
        if problem is not None:
            raise QueryError(problem, position)
        self.source = source
        self.given_up = 0
        self._growth = 2 ** (repeats + 1)
        self._timer = timer
        self._spent = 0.0
        self._search = _compiled(source, position).search

    @property
    def disabled(self) -> bool:
        """True when it has cost so much that it is not looked for any more."""
        return self._spent > PATIENCE

    def found_in(self, text: str) -> bool:
        """True when the first 2,000 characters match; False where that would take too long."""
        text = text[:LONGEST_TEXT]
        if self._growth <= 4 or len(text) <= FIRST_LENGTH:
            return self._search(text) is not None
        return not self.disabled and self._carefully(text)

    def _carefully(self, text: str) -> bool:
        length = FIRST_LENGTH
        while length < len(text):
            began = self._timer()
            self._search(text[:length])
            took = self._timer() - began
            if took * self._growth > SLOW:
                self.given_up += 1
                self._spent += took
                return False
            length *= 2
        return self._search(text) is not None

    def notice(self) -> str | None:
        """What a person must know of a pattern that was too slow."""
        if not self.given_up:
            return None
        what = "is not looked for any more" if self.disabled else f"was given up in {self.given_up:,} texts"
        return f"/{self.source}/ takes too long and {what}"


def _compiled(source: str, position: int) -> re.Pattern[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(source, re.IGNORECASE)
    except re.error as error:
        # `position` is that of the opening slash
        raise QueryError(f"the pattern is not understood: {error.msg}", position) from None
    except (OverflowError, RecursionError, ValueError):
        raise QueryError("the pattern is not understood", position) from None
