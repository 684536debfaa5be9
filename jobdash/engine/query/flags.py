"""`is:` terms: marks that are no field, such as `is:overdue` or `is:stale`, and the states by their names."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from jobdash.engine.query.context import Context
from jobdash.engine.query.test import Predicate, Test, Use, Workshop
from jobdash.engine.query.tree import Op, Text, Value
from jobdash.model.errors import QueryError
from jobdash.model.state import State


@dataclass(frozen=True, slots=True)
class Flag:
    """What may be true of a job. `use` is what it rests on besides the job."""

    doc: str
    test: Callable[[Context], Predicate]
    use: Use | None = None


def _stale(context: Context) -> Predicate:
    return lambda job: context.stale(job.key)


def _gone(context: Context) -> Predicate:
    return lambda job: context.gone(job.key)


def _marked(context: Context) -> Predicate:
    return lambda job: context.marked(job.key)


def _overdue(_: Context) -> Predicate:
    return lambda job: job.overdue


def _ended(_: Context) -> Predicate:
    return lambda job: job.state.ended


def _active(_: Context) -> Predicate:
    return lambda job: job.state.active


def _state(state: State) -> Flag:
    return Flag(f"its state is {state}", lambda _: lambda job: job.state is state)


FLAGS = {
    "overdue": Flag("its deadline has passed", _overdue),
    "stale": Flag(
        "its server is not live, or nobody has told of it for long: the row may not be true now", _stale, Use.SERVERS
    ),
    "gone": Flag("its server no longer has it", _gone, Use.GONE),
    "marked": Flag("it is marked", _marked, Use.MARKS),
    "ended": Flag("nothing more will happen by itself", _ended),
    "active": Flag("a worker has it", _active),
    **{str(state): _state(state) for state in State},
}


def flags(op: Op, values: tuple[Value, ...], shop: Workshop) -> Test:
    """Any one of the flags."""
    found = [_flag(op, value) for value in values]
    shop.uses.update(flag.use for flag in found if flag.use is not None)
    tests = [flag.test(shop.context) for flag in found]
    return Test(tests[0] if len(tests) == 1 else lambda job: any(test(job) for test in tests))


def _flag(op: Op, value: Value) -> Flag:
    name = value.text.lower() if isinstance(value, Text) else ""
    flag = FLAGS.get(name)
    if flag is None or op is not Op.IS:
        close = get_close_matches(name, FLAGS, n=1)
        hint = f"did you mean is:{close[0]}?" if close else f"there are {', '.join(list(FLAGS)[:6])} and the states"
        raise QueryError(f"`is` is followed by `:` and what may be true of a job; {hint}", value.position)
    return flag
