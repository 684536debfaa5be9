"""A mapping held against one answer of a live server, field by field. Nothing is sent from here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jobdash.dialects.mapping.expression import compile_expression
from jobdash.dialects.mapping.fields import Field, Text
from jobdash.dialects.mapping.format import Mapping
from jobdash.dialects.mapping.reader import converter
from jobdash.dialects.mapping.unusable import Unusable, snippet
from jobdash.dialects.mapping.words import Table


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a mapping: `value` is what it finds, as text; `problem` why it cannot be used, None when it can."""

    field: str
    at: str
    value: str | None = None
    problem: str | None = None


def examine(mapping: Mapping, body: Any) -> list[Finding]:
    """Every field of the mapping that reads an answer about one job."""
    at = mapping.get.item if mapping.get else "@"
    try:
        item = compile_expression(at)(body)
    except Unusable as problem:
        return [Finding("get.item", at, problem=problem.about("the job"))]
    if not isinstance(item, dict):
        return [Finding("get.item", at, problem=Unusable("a job as an object", item).about("the job"))]
    found = [_field(mapping, f"job.{name}", spec, item) for name, spec in _fields(mapping.job)]
    for name in ("data", "result", "metrics"):
        expression = getattr(mapping.detail, name)
        if expression is not None:
            found.append(_plain(f"detail.{name}", expression, item))
    if mapping.results is not None:
        found.append(_plain("results.at", mapping.results.at, item))
    found += [_state(mapping, item)]
    return found


def _fields(table: Table) -> Iterator[tuple[str, Field]]:
    for name in type(table).model_fields:
        spec = getattr(table, name)
        if isinstance(spec, Field):
            yield name, spec


def _field(mapping: Mapping, name: str, spec: Field, item: Any) -> Finding:
    finding = _plain(name, spec.at, item)
    if finding.value is None or (isinstance(spec, Text) and name == "job.state"):
        return finding
    try:
        converter(spec, mapping.zone)(compile_expression(spec.at)(item))
    except Unusable as problem:
        return Finding(name, spec.at, finding.value, problem.about(name))
    return finding


def _plain(name: str, at: str, item: Any) -> Finding:
    try:
        value = compile_expression(at)(item)
    except Unusable as problem:
        return Finding(name, at, problem=problem.about(name))
    return Finding(name, at, None if value is None else snippet(value))


def _state(mapping: Mapping, item: Any) -> Finding:
    """Whether the state that the server says now is in the table."""
    spec = mapping.job.state
    value = compile_expression(spec.at)(item) if spec is not None else None
    word = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if value is None:
        return Finding("states", spec.at if spec else "", problem="states: the answer says no state")
    if word in mapping.states:
        return Finding("states", word, str(mapping.states[word].state))
    if "default" in mapping.states:
        return Finding("states", word, f"{mapping.states['default'].state} (by default)")
    return Finding("states", word, problem=f"states: {snippet(value)} is not in the table; it is shown by its own name")
