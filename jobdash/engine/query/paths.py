"""Dotted paths into the heavy part of a job: `data.customer`, `result.pages.0`, `metrics.rate`, `data.items[2].id`.

Whatever else JMESPath can say, as in `length(data.items)`, is for `expression.py`.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

from jobdash.model.job import Detail

ROOTS = ("data", "result", "metrics", "raw")
INDEX = re.compile(r"\[(\d{1,9})\]")
PLAIN = re.compile(r"\w+(?:\.[^\s\[\](){}|&@*?!'\"`.]+|\[\d{1,9}\])+")
MORE = re.compile(r"[\[\](){}|&@*?!'\"`]")


class DataPath:
    """Where a value is inside a `Detail`."""

    def __init__(self, name: str) -> None:
        root, *rest = INDEX.sub(r".\1", name).split(".")
        self.name = name
        self._root = root.lower()
        self._steps = tuple(rest)

    def problem(self, detail: Detail) -> str | None:
        """A path has no value where there is none, and that is no problem."""
        return None

    def value(self, detail: Detail | None) -> Any:
        """The value there, None where there is none."""
        found: Any = getattr(detail, self._root) if detail is not None else None
        for step in self._steps:
            if isinstance(found, Mapping):
                found = found.get(step)
            elif isinstance(found, Sequence) and not isinstance(found, str) and step.isdecimal() and step.isascii():
                index = int(step)
                found = found[index] if index < len(found) else None
            else:
                return None
        return found


class Place(Protocol):
    """A value inside the heavy part of a job: a path, or an expression."""

    name: str

    def value(self, detail: Detail | None) -> Any: ...
    def problem(self, detail: Detail) -> str | None: ...


def path(name: str) -> Place | None:
    """The path that a field's name spells, None when it spells none. Raises QueryError for a wrong expression."""
    root = re.split(r"[.\[]", name, maxsplit=1)[0].lower()
    if root in ROOTS and len(name) > len(root) and PLAIN.fullmatch(name):
        return DataPath(name)
    return _expression(name) if MORE.search(name) else None


@lru_cache(maxsize=64)
def _expression(text: str) -> Place:
    from jobdash.engine.query.expression import Expression  # noqa: PLC0415 - few need it, and it takes time to load

    return Expression(text)
