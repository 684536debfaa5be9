"""What the format alone cannot check: whether the tables of one mapping fit together."""

from collections.abc import Iterator
from typing import Any

from jobdash.dialects.mapping.changes import Change, SubmitField
from jobdash.dialects.mapping.complaint import suggestion
from jobdash.dialects.mapping.format import Mapping
from jobdash.dialects.mapping.place import Keys
from jobdash.dialects.mapping.sources import Source
from jobdash.dialects.mapping.words import PLACEHOLDER
from jobdash.model.errors import ConfigError
from jobdash.model.form import Field, FieldType

Problem = tuple[Keys, str]
ACTION_WORDS = {"state", "reason"}


def problems(mapping: Mapping) -> Iterator[Problem]:
    """Everything that cannot work, with the key where it stands."""
    if mapping.job.state is None:
        yield ("job", "state"), "is needed: where does an answer say how a job is?"
    if mapping.job.id is None and (mapping.listing or mapping.feed or mapping.webhook):
        yield ("job", "id"), "is needed where jobs are listed, or come by a feed or a webhook"
    if not (mapping.get or mapping.listing or mapping.feed):
        yield ("get",), "is needed, or [list] or [feed]: there is nothing to ask"
    if mapping.poll_most is not None and mapping.poll_most < mapping.poll:
        yield ("poll_most",), "is below `poll`"
    yield from sources(mapping)
    yield from listing(mapping)
    yield from actions(mapping)
    yield from forms(mapping)


def job_words(mapping: Mapping) -> set[str]:
    """The placeholders that name a job."""
    return {"id", "queue"} if mapping.job.id_per_queue else {"id"}


def sources(mapping: Mapping) -> Iterator[Problem]:
    if mapping.get and mapping.get.path is None:
        yield ("get", "path"), "is needed"
    for name in ("get", "stream", "long_poll", "logs"):
        table: Source | None = getattr(mapping, name)
        if table is None or table.path is None:
            continue
        used = placeholders(table.path) | placeholders(table.query)
        yield from unknown(used, job_words(mapping), (name, "path"))
        if "id" not in used:
            yield (name, "path"), "must say where the job's id goes: {id}"
    for name in ("feed", "queues", "workers"):
        table = getattr(mapping, name)
        if table and table.path:
            yield from unknown(placeholders(table.path) | placeholders(table.query), set(), (name, "path"))
    if mapping.logs and mapping.logs.path is None and mapping.logs.at is None:
        yield ("logs",), "needs a `path`, or `at` for lines inside the answer about the job"
    if mapping.long_poll and mapping.long_poll.min > mapping.long_poll.max:
        yield ("long_poll", "min"), "is above `max`"


def listing(mapping: Mapping) -> Iterator[Problem]:
    table = mapping.listing
    if table is None:
        return
    used = placeholders(table.path or "") | placeholders(table.query)
    yield from unknown(used, {"queue"}, ("list", "path"))
    if "queue" in used and not table.queues and not (mapping.queues and mapping.queues.name):
        yield ("list", "queues"), "is needed: nothing else tells which queues there are"
    if table.paging == "cursor" and table.next is None:
        yield ("list", "next"), "is needed: where does the answer hold the next cursor?"


def actions(mapping: Mapping) -> Iterator[Problem]:
    known = [row.name or native for native, row in mapping.states.items()]
    for action, table in mapping.actions.items():
        yield from change(table, ACTION_WORDS | job_words(mapping), ("actions", str(action)))
        for native in table.valid_from:
            if native not in known and native not in mapping.states:
                yield (
                    ("actions", str(action), "from"),
                    f'"{native}" is not in [states]{suggestion(native, known)}',
                )


def forms(mapping: Mapping) -> Iterator[Problem]:
    for name, table in mapping.submit.items():
        yield from change(table, set(table.fields), ("submit", name))
        for field, spec in table.fields.items():
            yield from submit_field(field, spec, ("submit", name, "fields", field))
        for field in table.merge:
            if field not in table.fields:
                yield ("submit", name, "merge"), f"there is no field `{field}`{suggestion(field, list(table.fields))}"


def submit_field(name: str, spec: SubmitField, keys: Keys) -> Iterator[Problem]:
    if spec.choices and spec.type is not FieldType.TEXT:
        yield (*keys, "choices"), f"choices are for text, not for {spec.type}"
    try:
        if spec.default is not None:
            Field(name=name, type=spec.type, choices=tuple(spec.choices)).checked(spec.default)
    except ConfigError as error:
        yield (*keys, "default"), str(error)


def change(table: Change, allowed: set[str], keys: Keys) -> Iterator[Problem]:
    if table.send.startswith("GET "):
        yield (*keys, "send"), "GET changes nothing; write POST, PUT, PATCH or DELETE"
    yield from unknown(placeholders(table.send), allowed, (*keys, "send"))
    yield from unknown(placeholders(table.query), allowed, (*keys, "query"))
    yield from unknown(placeholders(table.body), allowed, (*keys, "json"))


def unknown(used: set[str], allowed: set[str], keys: Keys) -> Iterator[Problem]:
    for word in sorted(used - allowed):
        yield keys, f"nothing fills {{{word}}}{suggestion(word, sorted(allowed))}"


def placeholders(template: Any) -> set[str]:
    """All names in braces, however deep."""
    if isinstance(template, str):
        return set(PLACEHOLDER.findall(template))
    if isinstance(template, dict):
        template = list(template.values())
    return set().union(*map(placeholders, template)) if isinstance(template, list) else set()
