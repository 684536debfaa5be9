"""Ranks one job for a sort order: a tuple that Python compares without our help, because it does so a million times."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jobdash.engine import fields
from jobdash.engine.fields import Kind
from jobdash.engine.order import URGENCY, worst_first
from jobdash.engine.query.context import Context
from jobdash.engine.query.paths import Place, path
from jobdash.engine.sort import WORST, Sort, SortKey
from jobdash.model.job import Job, JobKey

Rank = tuple[Any, ...]
"""Any number of parts, then the job's key, so that the order is total and stable."""

Part = Callable[[Job], Any]
Interval = Callable[[Job], fields.Interval | None]

LONGEST = 100
"""Texts are compared by so many characters; identity decides between those that are equal so far."""

LAST = math.inf
LAST_TEXT = "\U0010ffff" * (LONGEST + 1)
LAST_REVERSED = b"\xff\xff"
UPSIDE_DOWN = bytes(max(0, 0xFE - byte) for byte in range(256))


@dataclass(frozen=True, slots=True)
class Ranking:
    """`grows` tells for which jobs the rank changes by the mere passing of time; None when for none.

    `by_progress` is False where no job moves by just going on.
    """

    rank: Callable[[Job], Rank]
    grows: Callable[[Job], bool] | None = None
    looks_at_details: bool = False
    by_progress: bool = True


def _best_first(job: Job) -> tuple[int, float, JobKey]:
    urgency, at, key = worst_first(job)
    return -urgency, -at, key


def ranking(sort: Sort, context: Context) -> Ranking:
    """The ranking that `sort` says."""
    if len(sort.keys) == 1 and sort.keys[0].name == WORST:
        return Ranking(_best_first if sort.keys[0].reverse else worst_first, by_progress=False)
    parts = [_part(key, context) for key in sort.keys]
    return Ranking(_joined(parts), _grows(sort), any(path(key.name) is not None for key in sort.keys))


def _joined(parts: list[Part]) -> Callable[[Job], Rank]:
    match parts:
        case [only]:
            return lambda job: (only(job), job.key)
        case [first, second]:
            return lambda job: (first(job), second(job), job.key)
    return lambda job: (*[part(job) for part in parts], job.key)


def _grows(sort: Sort) -> Callable[[Job], bool] | None:
    found = (fields.find(key.name) for key in sort.keys)
    match [_is_open(field.interval) for field in found if field and field.interval and not field.endless]:
        case []:
            return None
        case [only]:
            return only
        case several:
            return lambda job: any(grows(job) for grows in several)


def _is_open(interval: Interval) -> Callable[[Job], bool]:
    return lambda job: (span := interval(job)) is not None and span[1] is None


def _part(key: SortKey, context: Context) -> Part:
    if key.name == WORST:
        whole = _best_first if key.reverse else worst_first
        return lambda job: whole(job)[:2]
    data = path(key.name)
    if data is not None:
        return _of_data(data, key.reverse, context)
    field = fields.find(key.name)
    assert field is not None, "an order names only fields that are there"
    sign = -1 if key.reverse else 1
    if field.interval is not None:
        return _of_interval(field.interval, sign, context.now, endless=field.endless)
    assert field.get is not None, "a field has either of the two"
    if field.kind is Kind.STATE:
        return lambda job: sign * URGENCY[job.state]
    return _of_text(field.get, key.reverse) if field.kind is Kind.TEXT else _of_number(field.get, sign)


def _of_number(get: Callable[[Job], Any], sign: int) -> Part:
    def part(job: Job) -> float:
        value = get(job)
        return sign * value if value is not None and -LAST < value < LAST else LAST

    return part


def _of_interval(interval: Interval, sign: int, now: Callable[[], float], *, endless: bool) -> Part:
    def part(job: Job) -> float:
        span = interval(job)
        if span is None:
            return LAST
        if endless:
            return -sign * span[0]
        return sign * ((now() if span[1] is None else span[1]) - span[0])

    return part


def _of_text(get: Callable[[Job], Any], reverse: bool) -> Part:
    def up(job: Job) -> str:
        text: str | None = get(job)
        return LAST_TEXT if text is None else text if len(text) <= LONGEST else text[:LONGEST]

    def down(job: Job) -> bytes:
        text: str | None = get(job)
        return LAST_REVERSED if text is None else upside_down(text)

    return down if reverse else up


def upside_down(text: str) -> bytes:
    """Bytes that sort the other way round than the text; 0xff, greater than all, ends them."""
    return text[:LONGEST].encode("utf-8", "surrogatepass").translate(UPSIDE_DOWN) + b"\xff"


def _of_data(data: Place, reverse: bool, context: Context) -> Part:
    """Numbers, then texts, then what is not there; jobs whose data is not loaded are among the last."""
    sign = -1 if reverse else 1

    def part(job: Job) -> tuple[Any, ...]:
        value = data.value(context.detail(job.key))
        if isinstance(value, int | float) and -LAST < value < LAST:
            return 0, sign * value
        if isinstance(value, str):
            return 1, upside_down(value) if reverse else value[:LONGEST]
        return (2,)

    return part
