"""What rows are sorted by, as a person says it: `age,-progress`. How a job is ranked is in `ranking.py`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from jobdash.engine import fields
from jobdash.engine.query.paths import path
from jobdash.model.errors import QueryError

WORST = "worst"
"""The default order: what needs a person first."""


@dataclass(frozen=True, slots=True)
class SortKey:
    """A field's name, or `worst`; values that are not known come last, whether or not it is reversed."""

    name: str
    reverse: bool = False

    def __str__(self) -> str:
        return f"-{self.name}" if self.reverse else self.name


@dataclass(frozen=True, slots=True)
class Sort:
    """Several keys, the first decides first; jobs that are equal in all of them are in the order of their identity."""

    keys: tuple[SortKey, ...] = (SortKey(WORST),)

    def __str__(self) -> str:
        return ",".join(str(key) for key in self.keys)

    def reversed(self) -> "Sort":
        """The same keys, each the other way round."""
        return Sort(tuple(replace(key, reverse=not key.reverse) for key in self.keys))

    @classmethod
    def parse(cls, text: str) -> "Sort":
        """Reads `age,-progress`; nothing is the default. Raises QueryError with a position inside the text."""
        if not text.strip():
            return cls()
        keys, position = [], 0
        for part in _parts(text):
            keys.append(_key(part, position))
            position += len(part) + 1
        return cls(tuple(keys))


def _parts(text: str) -> Iterator[str]:
    """What stands between the commas that are in no brackets: those belong to an expression."""
    depth = begin = 0
    for at, char in enumerate(text):
        depth = max(0, depth + (char in "([{") - (char in ")]}"))
        if char == "," and not depth:
            yield text[begin:at]
            begin = at + 1
    yield text[begin:]


def _key(part: str, position: int) -> SortKey:
    name = part.strip()
    reverse = name.startswith("-")
    name = name.removeprefix("-")
    if name.lower() == WORST:
        return SortKey(WORST, reverse)
    if path(name) is not None:
        return SortKey(name, reverse)
    field = fields.find(name)
    if field is None:
        close = fields.nearest(name)
        hint = f"did you mean `{close}`?" if close else "see the list of fields"
        raise QueryError(f"rows cannot be sorted by `{name}`; {hint}" if name else "a field is missing", position)
    return SortKey(field.name, reverse)
