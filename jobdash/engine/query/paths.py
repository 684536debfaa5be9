"""Dotted paths into the heavy part of a job: `data.customer`, `result.pages.0`, `metrics.rate`, `data.items[2].id`."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from jobdash.model.job import Detail

ROOTS = ("data", "result", "metrics", "raw")
INDEX = re.compile(r"\[(\d{1,9})\]")


class DataPath:
    """Where a value is inside a `Detail`."""

    def __init__(self, name: str) -> None:
        root, *rest = INDEX.sub(r".\1", name).split(".")
        self.name = name
        self._root = root.lower()
        self._steps = tuple(rest)

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


def path(name: str) -> DataPath | None:
    """The path that a field's name spells, None when it spells none."""
    root = re.split(r"[.\[]", name, maxsplit=1)[0].lower()
    return DataPath(name) if root in ROOTS and len(name) > len(root) and not name.endswith(".") else None
