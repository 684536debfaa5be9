"""Requests that change a server, and what its answers to them mean."""

from collections.abc import Callable, Mapping
from typing import Any

from jobdash.client.dialect import Answer, Request
from jobdash.dialects.mapping import units
from jobdash.dialects.mapping.changes import ActionTable, Change, SubmitTable
from jobdash.dialects.mapping.expression import compile_expression, truthy
from jobdash.dialects.mapping.reader import value_of
from jobdash.dialects.mapping.states import States
from jobdash.dialects.mapping.template import fill, fill_path, joined
from jobdash.dialects.mapping.unusable import Unusable
from jobdash.dialects.mapping.words import PLACEHOLDER
from jobdash.model.command import ActionRule
from jobdash.model.errors import BadAnswer, Rejected
from jobdash.model.form import Field, FieldType, Form

Explain = Callable[[int, Any], str | None]


def rule(table: ActionTable, states: States) -> ActionRule:
    """Where an action is possible and what confirms it."""
    return ActionRule(
        valid_from=frozenset(states.shown(word) for word in table.valid_from),
        confirmed_by=frozenset(table.confirmed_by),
        gone_confirms=table.gone,
        note=table.note,
    )


def form(name: str, table: SubmitTable) -> Form:
    """A form as data, without anything of HTTP in it."""
    fields = tuple(
        Field(
            name=field,
            type=spec.type,
            required=spec.required,
            default=spec.default,
            choices=tuple(spec.choices),
            help=spec.help,
        )
        for field, spec in table.fields.items()
    )
    title = table.title or name.replace("_", " ")
    return Form(name=name, title=title, fields=fields, retries=table.retries, retry_delay=table.retry_delay)


def action(table: ActionTable, base: str, words: Mapping[str, Any]) -> Request:
    """The request for an action; `words` fill its placeholders."""
    return request(table, base, words, fill(table.body, words))


def submission(table: SubmitTable, base: str, values: Mapping[str, Any]) -> Request:
    """The request for a new job; values that a form has checked."""
    in_path = set(PLACEHOLDER.findall(table.send))
    merged = {key: part for name in table.merge for key, part in (values.get(name) or {}).items()}
    kept = {name: value for name, value in values.items() if name not in in_path and name not in table.merge}
    body = fill(table.body, values) if table.body is not None else kept
    slashes = frozenset(name for name, spec in table.fields.items() if spec.type is FieldType.PATH)
    return request(table, base, values, {**merged, **body} if isinstance(body, dict) else body, slashes)


def request(
    table: Change, base: str, words: Mapping[str, Any], body: Any, slashes: frozenset[str] = frozenset()
) -> Request:
    method, path = table.send.split(" ")
    filled = joined(base, fill_path(path, words, slashes=slashes))
    return Request(path=filled, method=method, query=fill(table.query, words), json=body, changes=True)


def verdict(table: Change, answer: Answer, server: str, explain: Explain) -> str:
    """The server's own words. Raises Rejected when `ok` is not true in the answer, whatever its status.

    `explain` finds the server's explanation in an answer that says no.
    """
    words = value_of("message", compile_expression(table.message), units.message, answer.body, [])
    if table.ok is not None and answer.body is not None and not truthy(safely(table.ok, answer.body)):
        why = explain(answer.status, answer.body) or words
        raise Rejected(why or f"{server} said no without saying why", status=answer.status)
    return words or f"{server} accepted it (HTTP {answer.status})"


def safely(expression: str, body: Any) -> Any:
    try:
        return compile_expression(expression)(body)
    except Unusable:
        return None


def new_id(table: SubmitTable, answer: Answer) -> str:
    """The new job's id. Raises BadAnswer when the answer has none: the job may exist all the same."""
    try:
        return units.identity(compile_expression(table.id)(answer.body))
    except Unusable as problem:
        raise BadAnswer(problem.about(f"{answer.url}: the new job's id"), status=answer.status) from None
