"""Terms over moments: `created>2026-11-22T03:00`, `finished:2026-11-22`, `created<-30m`."""

from jobdash.engine.fields import Field
from jobdash.engine.query.amounts import COMPARE
from jobdash.engine.query.quantity import ago, moment
from jobdash.engine.query.test import Test, Workshop
from jobdash.engine.query.tree import Op, Regex, Value
from jobdash.model.errors import QueryError
from jobdash.model.job import Job

EXPECTED = "is a moment: one such as 2026-11-22, 2026-11-22T03:00 (UTC) or -30m is expected"


def moment_test(field: Field, op: Op, value: Value, shop: Workshop) -> Test:
    """A comparison with a date (`:` is any time within it), or with a distance from now."""
    text = "" if isinstance(value, Regex) else value.text
    distance = ago(text)
    if distance is not None:
        if op in (Op.IS, Op.EQUAL):
            raise QueryError(f"`{field.name}` is compared with < or >, such as {field.name}>-30m", value.position)
        return _from_now(field, op, distance, shop)
    span = moment(text)
    if span is None:
        raise QueryError(f"`{field.name}` {EXPECTED}", value.position)
    return _within(field, span) if op in (Op.IS, Op.EQUAL) else _beside(field, op, span)


def _within(field: Field, span: tuple[float, float]) -> Test:
    get = field.get
    assert get is not None, "moments never grow"
    start, end = span

    def holds(job: Job) -> bool:
        at = get(job)
        return at is not None and start <= at < end

    return Test(holds)


def _beside(field: Field, op: Op, span: tuple[float, float]) -> Test:
    """`<=` includes the whole of the day, hour or minute that was written; the others count from its beginning."""
    get = field.get
    assert get is not None, "moments never grow"
    wanted, compare = (span[1], COMPARE[Op.LESS]) if op is Op.AT_MOST else (span[0], COMPARE[op])

    def holds(job: Job) -> bool:
        at = get(job)
        return at is not None and compare(at, wanted)

    return Test(holds)


def _from_now(field: Field, op: Op, distance: float, shop: Workshop) -> Test:
    get, compare, now = field.get, COMPARE[op], shop.context.now
    assert get is not None, "moments never grow"

    def holds(job: Job) -> bool:
        at = get(job)
        return at is not None and compare(at, now() + distance)

    def turns(job: Job) -> float | None:
        at: float | None = get(job)
        return None if at is None else at - distance

    return Test(holds, (turns,))
