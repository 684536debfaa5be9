"""Reads the fields of one table out of one item: find, convert, and note what could not be understood."""

from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo
from typing import Any

from jobdash.dialects.mapping import fields as f
from jobdash.dialects.mapping import units
from jobdash.dialects.mapping.expression import Getter, compile_expression, member_name
from jobdash.dialects.mapping.place import Keys
from jobdash.dialects.mapping.times import duration, time, version
from jobdash.dialects.mapping.units import Convert
from jobdash.dialects.mapping.unusable import Unusable
from jobdash.model.state import State


class BadDefault(Exception):
    """A default in the file is not what its field needs; `keys` say where it stands."""

    def __init__(self, keys: Keys, problem: Unusable) -> None:
        super().__init__(problem.about("the default does not fit"))
        self.keys = keys


def converter(spec: f.Field, zone: tzinfo | None) -> Convert:
    """What turns an answer's value into the model's, by the kind of the field."""
    match spec:
        case f.Time():
            return time(spec.unit, spec.zone or zone or UTC)
        case f.Version():
            return version(zone or UTC)
        case f.Duration():
            return duration(spec.unit)
        case f.Progress():
            return units.percent if spec.unit == "percent" else units.fraction_of_one
        case f.Size():
            return units.size(spec.unit)
        case _:
            return PLAIN[type(spec)]


PLAIN: dict[type[f.Field], Convert] = {
    f.Text: units.text,
    f.Words: units.message,
    f.Said: units.log_text,
    f.Reason: units.reason,
    f.Count: units.count,
    f.Number: units.number,
    f.Flag: units.flag,
    f.Texts: units.texts,
}


class Reader:
    """Compiled fields. `read` gives only what the item says, by field name; it never raises."""

    def __init__(self, fields: Iterable[tuple[str, f.Field]], zone: tzinfo | None, keys: Keys) -> None:
        self._members: list[tuple[str, str, Convert]] = []
        self._plain: list[tuple[str, Getter, Convert]] = []
        self._special: list[tuple[str, Getter, Convert, Any, frozenset[State]]] = []
        for name, spec in fields:
            get, convert = compile_expression(spec.at), converter(spec, zone)
            if spec.default is None and not spec.when:
                if member := member_name(spec.at):
                    self._members.append((name, member, convert))
                else:
                    self._plain.append((name, get, convert))
                continue
            try:
                default = None if spec.default is None else convert(spec.default)
            except Unusable as problem:
                raise BadDefault((*keys, name, "default"), problem) from None
            self._special.append((name, get, convert, default, frozenset(spec.when)))

    def read(self, item: Any, problems: list[str], state: State | None = None) -> dict[str, Any]:
        """`problems` gets one sentence for every field that is there and is not what it should be."""
        values: dict[str, Any] = {}
        for name, member, convert in self._members if type(item) is dict else ():
            try:
                value = item.get(member)
                if value is not None:
                    values[name] = convert(value)
            except Unusable as problem:
                problems.append(problem.about(name))
        for name, get, convert in self._plain:
            try:
                value = get(item)
                if value is not None:
                    values[name] = convert(value)
            except Unusable as problem:
                problems.append(problem.about(name))
        for name, get, convert, default, when in self._special:
            if when and state not in when:
                continue
            found = value_of(name, get, convert, item, problems)
            values[name] = default if found is None else found
        return values


def value_of(name: str, get: Getter, convert: Convert, item: Any, problems: list[str]) -> Any:
    """One value; None, and a note in `problems`, when it is not what it should be."""
    try:
        value = get(item)
        return None if value is None else convert(value)
    except Unusable as problem:
        problems.append(problem.about(name))
        return None


def without_defaults(fields: Iterable[tuple[str, f.Field]]) -> list[tuple[str, f.Field]]:
    """The fields for a source that tells only a part: what it leaves out stays as it was."""
    return [(name, spec.model_copy(update={"default": None})) for name, spec in fields]


def specs(table: Any, names: Sequence[str]) -> list[tuple[str, f.Field]]:
    """The fields of a table that are mapped."""
    return [(name, spec) for name in names if (spec := getattr(table, name)) is not None]
