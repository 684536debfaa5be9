"""Terms that look into the heavy part of a job: `data.customer:42`, `result.size>10MB`. Only loaded data is seen."""

from collections.abc import Callable
from typing import Any

from jobdash.engine.query.amounts import COMPARE
from jobdash.engine.query.paths import Place
from jobdash.engine.query.quantity import any_number, moment
from jobdash.engine.query.test import Test, Use, Workshop
from jobdash.engine.query.text import compared
from jobdash.engine.query.tree import Op, Regex, Text, Value
from jobdash.model.errors import QueryError
from jobdash.model.job import Job

Fits = Callable[[Any], bool]


def loaded(path: Place, op: Op, values: tuple[Value, ...], shop: Workshop) -> Test:
    """Any one of the values; of a list in the data any element may fit."""
    shop.uses.add(Use.DETAILS)
    detail = shop.context.detail
    fits = [_equal(value, op, shop) if op in (Op.IS, Op.EQUAL) else _beside(value, op) for value in values]

    def holds(job: Job) -> bool:
        found = path.value(detail(job.key))
        candidates = found if isinstance(found, list | tuple) else (found,)
        return any(fit(candidate) for candidate in candidates if candidate is not None for fit in fits)

    return Test(holds)


def _equal(value: Value, op: Op, shop: Workshop) -> Fits:
    if isinstance(value, Text) and value.text == "*" and not value.quoted:
        return lambda found: True
    exact = Text(value.text, quoted=True) if op is Op.EQUAL and isinstance(value, Text) else value
    same = shop.verdict(exact, inside=False)
    wanted = any_number(value.text) if isinstance(value, Text) else None

    def fits(found: Any) -> bool:
        if isinstance(found, bool):
            return same("true" if found else "false")
        if isinstance(found, int | float) and wanted is not None:
            return found == wanted
        return same(found if isinstance(found, str) else str(found))

    return fits


def _beside(value: Value, op: Op) -> Fits:
    if isinstance(value, Regex):
        raise QueryError("a pattern is looked for with `:`", value.position)
    wanted, compare, before = any_number(value.text), COMPARE[op], compared(op, value.text)
    date = moment(value.text)

    def fits(found: Any) -> bool:
        if isinstance(found, int | float) and not isinstance(found, bool):
            return wanted is not None and compare(found, wanted)
        if not isinstance(found, str):
            return False
        there = moment(found) if date is not None else None
        return compare(there[0], date[0]) if there is not None and date is not None else before(found)

    return fits
