"""A decoded JSON value as bounded, readable lines with its secrets masked. Reads no further than the lines it gives."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from jobdash.model.job import Json
from jobdash.tui.presentation.safe import ELLIPSIS, one_line
from jobdash.tui.presentation.spans import Line, Span

SECRET: Final = re.compile(r"password|token|secret|key|authorization|cookie", re.IGNORECASE)
MASK: Final = "••••••"
DEEPEST: Final = 12
LONGEST: Final = 400


def is_secret(name: str) -> bool:
    """True for the name of a value that must not stand on a screen that others can see."""
    return SECRET.search(name) is not None


def pretty(value: Json, limit: int = 60) -> list[Line]:
    """At most `limit` lines; the last one says so when there would be more."""
    lines = list(islice(_value(value, (), 0, ""), limit + 1))
    if len(lines) > limit:
        lines[limit - 1 :] = [(Span(f"{ELLIPSIS} more than {limit - 1} lines", "quiet"),)]
    return lines


def _value(value: Json, name: Line, depth: int, comma: str) -> Iterator[Line]:
    indent = Span("  " * depth)
    if isinstance(value, Mapping):
        pairs = ((str(key), item) for key, item in value.items())
        yield from _block(pairs, len(value), ("{", "}" + comma), (indent, *name), depth)
    elif isinstance(value, list | tuple):
        items = ((None, item) for item in value)
        yield from _block(items, len(value), ("[", "]" + comma), (indent, *name), depth)
    else:
        yield (indent, *name, Span(_scalar(value)), Span(comma, "quiet"))


def _block(
    items: Iterator[tuple[str | None, Json]], count: int, ends: tuple[str, str], start: Line, depth: int
) -> Iterator[Line]:
    if not count:
        yield (*start, Span("".join(ends), "quiet"))
        return
    if depth >= DEEPEST:
        yield (*start, Span(f"{ends[0]} {ELLIPSIS} {count} inside {ends[1]}", "quiet"))
        return
    yield (*start, Span(ends[0], "quiet"))
    for index, (key, item) in enumerate(items):
        tail = "," if index < count - 1 else ""
        name: Line = () if key is None else (Span(f"{_scalar(key)}: ", "quiet"),)
        if key is not None and is_secret(key) and item not in (None, "", {}, []):
            yield (Span("  " * (depth + 1)), *name, Span(MASK, "quiet"), Span(tail, "quiet"))
        else:
            yield from _value(item, name, depth + 1, tail)
    yield (Span("  " * depth + ends[1], "quiet"),)


def _scalar(value: Json) -> str:
    if isinstance(value, str):
        cut = value if len(value) <= LONGEST else f"{value[:LONGEST]}{ELLIPSIS}"
        return one_line(json.dumps(cut, ensure_ascii=False))
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    return one_line(repr(value)[:LONGEST])
