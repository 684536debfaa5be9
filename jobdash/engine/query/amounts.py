"""Terms over numbers and durations: `progress<10`, `attempts>=3`, `age>1h30m`, `runtime>p95`."""

import operator
from collections.abc import Callable

from jobdash.engine.fields import Field, Kind
from jobdash.engine.percentiles import MEASURED
from jobdash.engine.query.quantity import number, percentile, seconds
from jobdash.engine.query.test import Test, Use, Workshop
from jobdash.engine.query.tree import Op, Regex, Value
from jobdash.model.errors import QueryError
from jobdash.model.job import Job

Limit = Callable[[Job], float | None]

COMPARE: dict[Op, Callable[[float, float], bool]] = {
    Op.IS: operator.eq,
    Op.EQUAL: operator.eq,
    Op.LESS: operator.lt,
    Op.AT_MOST: operator.le,
    Op.MORE: operator.gt,
    Op.AT_LEAST: operator.ge,
}


def amount(field: Field, op: Op, value: Value, shop: Workshop) -> Test:
    """A comparison with one number, duration or percentile."""
    text = "" if isinstance(value, Regex) else value.text
    if field.kind is Kind.DURATION and op in (Op.IS, Op.EQUAL):
        raise QueryError(f"`{field.name}` is compared with < or >, such as {field.name}>1h30m", value.position)
    rank = percentile(text)
    if rank is not None:
        return _against_others(field, op, rank, value, shop)
    wanted = (seconds if field.kind is Kind.DURATION else number)(text)
    if wanted is None:
        example = "1h30m, 45s or 2d" if field.kind is Kind.DURATION else "10 or 2.5"
        raise QueryError(f"`{field.name}` is a {field.kind}: one such as {example} is expected", value.position)
    return _fixed(field, op, wanted) if field.get is not None else _growing(field, op, lambda job: wanted, shop)


def _fixed(field: Field, op: Op, wanted: float) -> Test:
    get, compare = field.get, COMPARE[op]
    assert get is not None, "the caller has looked"

    def holds(job: Job) -> bool:
        value = get(job)
        return value is not None and compare(value, wanted)

    return Test(holds)


def _against_others(field: Field, op: Op, rank: int, value: Value, shop: Workshop) -> Test:
    if field.name not in MEASURED or op in (Op.IS, Op.EQUAL):
        known = " and ".join(MEASURED)
        raise QueryError(f"percentiles are known of {known} and compared with < or >", value.position)
    shop.uses.add(Use.PERCENTILES)
    of = shop.context.percentiles.of
    return _growing(field, op, lambda job: of(field.name, job.type, rank), shop)


def _growing(field: Field, op: Op, limit: Limit, shop: Workshop) -> Test:
    interval, compare, now = field.interval, COMPARE[op], shop.context.now
    assert interval is not None, "a field has either of the two"

    def holds(job: Job) -> bool:
        span = interval(job)
        wanted = limit(job)
        if span is None or wanted is None:
            return False
        return compare((now() if span[1] is None else span[1]) - span[0], wanted)

    def turns(job: Job) -> float | None:
        span = interval(job)
        wanted = limit(job)
        return None if span is None or span[1] is not None or wanted is None else span[0] + wanted

    return Test(holds, (turns,))
