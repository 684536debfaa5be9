"""The tables of the format's documentation, made from the format itself, so that the two cannot part.

python -m tests.dialects.key_tables    writes them into jobdash/dialects/README.md
"""

import ast
import inspect
import re
import textwrap
from itertools import pairwise
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from jobdash.dialects.mapping import changes, fields, format, sources, tables
from jobdash.dialects.mapping.complaint import bare
from jobdash.model.form import FieldType
from jobdash.model.state import State
from tests.dialects.asking import SHIPPED

README = SHIPPED / "README.md"

TABLES: dict[str, type[BaseModel]] = {
    "top": format.Mapping,
    "field": fields.Field,
    "states": tables.StateTable,
    "job": tables.JobTable,
    "detail": tables.DetailTable,
    "attempts": tables.AttemptsTable,
    "results": sources.ResultsTable,
    "get": sources.GetTable,
    "list": sources.ListTable,
    "since": sources.SinceTable,
    "stream": sources.StreamTable,
    "long_poll": sources.LongPollTable,
    "logs": sources.LogsTable,
    "line": tables.LogTable,
    "queues": sources.QueuesTable,
    "workers": sources.WorkersTable,
    "worker": tables.WorkerTable,
    "webhook": sources.WebhookTable,
    "probe": sources.ProbeTable,
    "actions": changes.ActionTable,
    "submit": changes.SubmitTable,
    "submit_field": changes.SubmitField,
    "errors": changes.ErrorsTable,
}

KINDS: dict[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    State: "state",
    FieldType: "text",
    fields.Text: "text",
    fields.Words: "message",
    fields.Reason: "message",
    fields.Said: "message",
    fields.Count: "count",
    fields.Number: "number",
    fields.Flag: "flag",
    fields.Texts: "texts",
    fields.Time: "time",
    fields.Duration: "duration",
    fields.Version: "version",
    fields.Progress: "progress",
    fields.Size: "size",
}


def table(model: type[BaseModel]) -> str:
    """A Markdown table of a model's keys."""
    said = {name: text for part in reversed(model.__mro__[:-1]) for name, text in _docstrings(part).items()}
    rows = ["| key | kind | when not said | meaning |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        meaning = " ".join(said.get(name, "").split()).replace("|", "\\|")
        rows.append(f"| `{field.alias or name}` | {kind(field)} | {default(field)} | {meaning} |")
    return "\n".join(rows)


def _docstrings(model: type) -> dict[str, str]:
    """What stands below each attribute in the source. Read here alone: no start of jobdash should wait for it."""
    if not model.__module__.startswith("jobdash."):
        return {}
    [definition] = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(definition, ast.ClassDef)
    found: dict[str, str] = {}
    for field, below in pairwise(definition.body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            text = ast.literal_eval(below.value)
            found[field.target.id] = text
    return found


def kind(field: FieldInfo) -> str:
    """What may be written, in a word or two."""
    checks = {getattr(part.func, "__name__", "") for part in metadata(field) if hasattr(part, "func")}
    if found := next((word for check, word in CHECKED.items() if check in checks), None):
        return found
    annotation = bare(field.annotation)
    if annotation in KINDS:
        return KINDS[annotation]
    if get_origin(annotation) is Literal:
        return " / ".join(str(arg) for arg in get_args(annotation))
    if get_origin(annotation) is list:
        return "list"
    return "anything" if annotation is Any else "table"


def metadata(field: FieldInfo) -> list[Any]:
    """The checks of a field, also of one that may be absent."""
    options = get_args(field.annotation) if get_origin(field.annotation) in (Union, UnionType) else ()
    inner = [part for arg in options for part in getattr(arg, "__metadata__", ())]
    return [*field.metadata, *inner]


CHECKED = {
    "check_expression": "expression",
    "read_duration": "duration",
    "read_zone": "zone",
    "read_path": "path",
    "read_base": "path",
    "read_send": "method and path",
}


def default(field: FieldInfo) -> str:
    """The default as it would be written."""
    if field.is_required():
        return "**needed**"
    value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, fields.Field):
        return f"`{value.at}`".replace("|", "\\|")
    if value is None or value in ("", [], {}) or isinstance(value, BaseModel):
        return ""
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, list):
        return ", ".join(f"`{part}`" for part in value)
    if kind(field) == "duration":
        return f"`{value:g}s`"
    return f"`{value}`".replace("|", "\\|")


def filled(text: str) -> str:
    """The page with every table made anew between its marks."""
    for name, model in TABLES.items():
        mark = rf"(<!-- keys: {name} -->\n).*?(<!-- end -->)"
        if not re.search(mark, text, re.DOTALL):
            raise ValueError(f"the page has no place for the table {name}")
        text = re.sub(mark, lambda found, model=model: found[1] + table(model) + "\n" + found[2], text, flags=re.DOTALL)  # type: ignore[misc]
    return text


if __name__ == "__main__":
    README.write_text(filled(README.read_text("utf-8")), "utf-8")
