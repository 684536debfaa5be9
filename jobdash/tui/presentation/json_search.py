"""Looks for text in a decoded JSON value: names and values, in the order in which they stand."""

import json
from collections.abc import Iterator, Mapping

from jobdash.model.job import Json
from jobdash.tui.presentation.json_tree import Hides

BREATH = 2_000
"""After so many values the caller gets a turn."""

Places = tuple[int, ...]
"""The position of each step among its siblings, from the root."""


def found(value: Json, needle: str, hides: Hides) -> Iterator[Places | None]:
    """Where `needle` stands, upper or lower case; None now and then, so that the caller may do something else.

    What is covered is not looked into. No recursion: a value may be nested as deeply as it likes.
    """
    needle = needle.casefold()
    looked = 0
    waiting: list[tuple[Places, Iterator[tuple[int, tuple[str | None, Json]]]]] = [((), _inside(value))]
    if not isinstance(value, Mapping | list | tuple) and needle in text_of(value).casefold():
        yield (0,)
    while waiting:
        places, siblings = waiting[-1]
        step = next(siblings, None)
        if step is None:
            waiting.pop()
            continue
        looked += 1
        if looked % BREATH == 0:
            yield None
        place, (name, item) = step
        here = (*places, place)
        covered = hides(name, item)
        inside = isinstance(item, Mapping | list | tuple)
        if (name is not None and needle in name.casefold()) or (
            not covered and not inside and needle in text_of(item).casefold()
        ):
            yield here
        if inside and not covered:
            waiting.append((here, _inside(item)))


def _inside(value: Json) -> Iterator[tuple[int, tuple[str | None, Json]]]:
    if isinstance(value, Mapping):
        return enumerate((str(name), item) for name, item in value.items())
    if isinstance(value, list | tuple):
        return enumerate((None, item) for item in value)
    return iter(())


def text_of(value: Json) -> str:
    """A scalar as it is written; a text without its quotes."""
    return value if isinstance(value, str) else json.dumps(value, default=str)
