"""`submit`: a new job from `field=value` words or a JSON file, tried again as its makers say, tracked, and followed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from jobdash.engine.clock import SystemClock
from jobdash.engine.once import Once
from jobdash.engine.submission import form_named, submitted
from jobdash.engine.tracked import Tracked, TrackedJob
from jobdash.headless.out import Out
from jobdash.headless.plain import plain
from jobdash.headless.which import Found
from jobdash.model.errors import ConfigError
from jobdash.model.form import Form


def split(words: Sequence[str]) -> tuple[str | None, dict[str, str]]:
    """The form's name, where the first word is one, and the fields. Raises ConfigError."""
    name = words[0] if words and "=" not in words[0] else None
    fields: dict[str, str] = {}
    for word in words[1:] if name is not None else words:
        field, equals, value = word.partition("=")
        if not equals or not field:
            raise ConfigError(f"{plain(word)!r}: field=value is expected")
        if field in fields:
            raise ConfigError(f"{plain(field)} is there twice")
        fields[field] = value
    return name, fields


def values_of(form: Form, fields: Mapping[str, str], body: str | None) -> dict[str, Any]:
    """The values of a form, from texts or from a JSON object. Raises ConfigError for the first that is wrong."""
    values: dict[str, Any] = {}
    if body is not None:
        try:
            values = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise ConfigError(f"--body: not JSON: {error}") from None
        if not isinstance(values, dict):
            raise ConfigError("--body: a JSON object of field names and values is expected")
    known = {field.name: field for field in form.fields}
    for name, text in fields.items():
        values[name] = known[name].read(text) if name in known else text
    return form.checked(values)


async def submit(
    server: Once,
    words: Sequence[str],
    out: Out,
    *,
    body: str | None = None,
    retries: int | None = None,
    json_lines: bool = False,
    tracked: Tracked | None = None,
    label: str | None = None,
    reason: str | None = None,
) -> Found:
    """Makes the job and prints its id. Raises ConfigError before anything is sent, and ServerErrors."""
    await server.ready()
    name, fields = split(words)
    form = form_named(server, name)
    values = values_of(form, fields, body)
    clock = SystemClock()
    id, message = await submitted(server.taker(reason), form, values, clock=clock, retries=retries, trouble=out.note)
    if tracked is not None and not server.capabilities.list:
        try:
            tracked.add(server.url, [TrackedJob(id=id, label=label, added_at=clock.now())])
        except ConfigError as error:
            out.note(f"the job was made, but not tracked: {error}")
    if json_lines:
        out.json({"server": server.name, "id": id, "message": message})
    else:
        out.line(plain(f"{server.name}/{id}"))
    if message:
        out.note(f"{server.name}: {message}")
    return Found(server, id)
