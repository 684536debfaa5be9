"""What could stand at the cursor of a query: names of fields, flags, states, and values that jobs have."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jobdash.engine import fields
from jobdash.engine.fields import FIELDS, Field, Kind
from jobdash.engine.percentiles import MEASURED
from jobdash.engine.query.flags import FLAGS
from jobdash.engine.query.lexer import HEAD
from jobdash.engine.query.written import quoted
from jobdash.model.state import State

MOST = 12
FRAGMENT = re.compile(r'(?:[^\s()"]|"(?:[^"\\]|\\.)*(?:"|$))*$')
UNSAFE = re.compile(r'[\s(),"*?]|^/')

Seen = Callable[[Field], Sequence[tuple[str, int]]]
"""The values that jobs have, with how many have each, most frequent first."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """`text` may replace the characters from `start` up to `end`; `note` says in few words what it is."""

    text: str
    start: int
    end: int
    note: str


def complete(text: str, cursor: int, seen: Seen) -> list[Candidate]:
    """At most twelve, best first; none inside a pattern, where nothing is known, or where all is written already."""
    match = FRAGMENT.search(text[:cursor])
    fragment = match[0] if match is not None else ""
    written = fragment.lstrip("-")
    head = HEAD.match(written)
    if head is None:
        return _names(written, cursor)
    value = written[head.end() :].rpartition(",")[2]
    if value.startswith("/"):
        return []
    start = cursor - len(value)
    wanted = value.strip('"').casefold()
    found = [item for item in _values(head[1].lower(), head[2], seen) if item[0].casefold().startswith(wanted)]
    if [name.casefold() for name, _ in found] == [wanted]:
        return []
    return [Candidate(_safe(name), start, cursor, note) for name, note in found[:MOST]]


def _names(written: str, cursor: int) -> list[Candidate]:
    start = cursor - len(written)
    named = [("is", "overdue, stale, marked ...", ":")] + [
        (field.name, field.doc, ":" if field.kind in (Kind.TEXT, Kind.STATE) else "") for field in FIELDS
    ]
    wanted = written.casefold()
    found = [
        Candidate(name + end, start, cursor, doc) for name, doc, end in named if wanted and name.startswith(wanted)
    ]
    return found[:MOST]


def _values(name: str, op: str, seen: Seen) -> list[tuple[str, str]]:
    if name == "is":
        return [(name, flag.doc) for name, flag in FLAGS.items()]
    field = fields.find(name)
    if field is None:
        return []
    if field.kind is Kind.STATE:
        return _states(seen(field))
    if field.kind is Kind.TEXT:
        return [(value, _jobs(count)) for value, count in seen(field)]
    return _amounts(field) if op != ":" or field.kind is Kind.TIME else []


def _states(seen: Sequence[tuple[str, int]]) -> list[tuple[str, str]]:
    counts = dict(seen)
    ordered = sorted(State, key=lambda state: -counts.get(state, 0))
    return [(str(state), _jobs(counts.get(state, 0))) for state in ordered]


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count:,} jobs"


def _amounts(field: Field) -> list[tuple[str, str]]:
    match field.kind:
        case Kind.DURATION:
            ranks = [("p95", "longer than most of its type"), ("p50", "the median of its type")]
            return [*(ranks if field.name in MEASURED else []), ("5m", ""), ("1h", ""), ("1d", "")]
        case Kind.TIME:
            return [("-15m", "a quarter of an hour ago"), ("-1h", "an hour ago"), ("-1d", "a day ago")]
        case _:
            return []


def _safe(value: str) -> str:
    return quoted(value) if not value or UNSAFE.search(value) else value
