"""How a mapping says where one value lies and in which unit: `"a.b"` or `{ at = "a.b", unit = "ms" }`."""

from typing import Any, Literal

from pydantic import Field as Key
from pydantic import model_validator

from jobdash.dialects.mapping.words import Expression, Table, Zone
from jobdash.model.state import State


class Field(Table):
    """Where a value lies. Written as a bare expression when nothing else has to be said."""

    at: Expression
    """JMESPath over the item."""
    default: str | int | float | bool | None = None
    """Taken when the answer says nothing."""
    when: list[State] = Key(default_factory=list)
    """jobdash's own states in which the field counts; empty: always."""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"at": value} if isinstance(value, str) else value


class Text(Field):
    """Text; numbers are taken as text."""


class Words(Field):
    """A message of the server: text, a list of texts, or an object that is shown as JSON."""


class Said(Field):
    """What a log line says: like a message, but whole, and blank where the server says so."""


class Reason(Field):
    """Like a message, of which a job keeps the one line that says why; the rest is its traceback."""


class Count(Field):
    """A whole number that is not negative."""


class Number(Field):
    """A number that is not negative."""


class Flag(Field):
    """True or false."""


class Texts(Field):
    """One text or a list of texts."""


class Time(Field):
    """A point in time."""

    unit: Literal["auto", "iso", "http", "s", "ms", "us", "ns"] = "auto"
    """ISO 8601, the form of HTTP headers, or a number since 1970; "auto" tells them apart."""
    zone: Zone | None = None
    """The zone of times that name none; the file's own `zone` otherwise."""


class Version(Field):
    """What rises with every change: a number, also written as text, or a time in ISO 8601."""


class Duration(Field):
    """A length of time."""

    unit: Literal["ns", "us", "ms", "s", "min", "h", "d"] = "s"
    """What a bare number counts; text such as "2m30s" has its own."""


class Progress(Field):
    """How far a job is."""

    unit: Literal["percent", "fraction"] = "percent"
    """0 to 100, or 0 to 1."""


class Size(Field):
    """An amount of memory."""

    unit: Literal["b", "kb", "mb", "gb"] = "mb"
    """What a bare number counts; text such as "120MB" has its own."""
