"""What a query says, as a tree of frozen values. What it means for a job is in `compiled.py`."""

import dataclasses
from dataclasses import dataclass
from enum import StrEnum


class Op(StrEnum):
    """How a field is compared with what stands behind it; `:` is whatever is natural for the field."""

    IS = ":"
    EQUAL = "="
    UNEQUAL = "!="
    AT_MOST = "<="
    AT_LEAST = ">="
    LESS = "<"
    MORE = ">"


@dataclass(frozen=True, slots=True)
class Text:
    """A word or a quoted text; only an unquoted one may be a glob. `position` is where it stands."""

    text: str
    quoted: bool = False
    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression as written between the slashes."""

    pattern: str
    position: int = dataclasses.field(default=0, compare=False)


Value = Text | Regex


@dataclass(frozen=True, slots=True)
class Term:
    """A field compared with any one of the values."""

    field: str
    op: Op
    values: tuple[Value, ...]
    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Search:
    """Something that is looked for in all searched fields."""

    value: Value


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts; none at all is everything."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Node", ...]


Node = Term | Search | Not | And | Or
EVERYTHING = And(())
