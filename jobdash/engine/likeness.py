"""What a form would be filled with to make a job like one that there was: its data, under the names of the fields."""

import json
from collections.abc import Iterator, Mapping

from jobdash.model.form import Form
from jobdash.model.job import Detail, Json

DEEPEST = 4
MOST = 1_000
"""Values that are looked at; a form's fields lie near the top of a job's data."""


def values_like(form: Form, detail: Detail) -> dict[str, str]:
    """A text for every field that the job's data, or else the server's own answer, has a value for.

    What the dialect says of a field is all there is to know of it.
    """
    found: dict[str, str] = {}
    for source in (detail.data, detail.raw):
        for number, (name, value) in enumerate(_values(source)):
            if number >= MOST:
                break
            if value is not None and name not in found:
                found[name] = _text(value)
    for name, value in detail.again.items():
        found.pop(name, None)
        if value is not None:
            found[name] = _text(value)
    return {field.name: found[field.name] for field in form.fields if field.name in found}


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _values(root: Json) -> Iterator[tuple[str, Json]]:
    """Names and values, those of the outer objects first."""
    level = [root]
    for _ in range(DEEPEST):
        objects = [value for value in level if isinstance(value, Mapping)]
        level = []
        for item in objects:
            for name, value in item.items():
                yield str(name), value
                level.append(value)
