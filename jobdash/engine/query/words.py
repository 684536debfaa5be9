"""Terms over texts and states, and the search of what names no field."""

from jobdash.engine.fields import SEARCHED, Field
from jobdash.engine.query.test import Predicate, Test, Workshop
from jobdash.engine.query.text import any_of, compared, remembered
from jobdash.engine.query.tree import Op, Regex, Text, Value
from jobdash.model.errors import QueryError
from jobdash.model.job import Job
from jobdash.model.state import State

NAMES = frozenset(str(state) for state in State)


def texts(field: Field, op: Op, values: tuple[Value, ...], shop: Workshop) -> Test:
    """Any one of the values; `:` looks into prose and compares everything else as a whole, `=` compares the whole."""
    get = field.get
    assert get is not None, "texts never grow"
    if op in (Op.IS, Op.EQUAL):
        fits = any_of([shop.verdict(_exact(value, op), inside=field.prose and op is Op.IS) for value in values])
    elif isinstance(values[0], Regex):
        raise QueryError("a pattern is looked for with `:`", values[0].position)
    else:
        fits = compared(op, values[0].text)
    if field.few:
        fits = remembered(fits)

    def holds(job: Job) -> bool:
        text = get(job)
        return text is not None and fits(text)

    return Test(holds)


def states(op: Op, values: tuple[Value, ...], shop: Workshop) -> Test:
    """One of the ten states, or a word of the server's own where it is none of the ten."""
    if op not in (Op.IS, Op.EQUAL):
        raise QueryError("a state is asked for with `:`, such as state:failed,stuck", values[0].position)
    ours, native = set(), []
    for value in values:
        if isinstance(value, Text) and value.text.lower() in NAMES:
            ours.add(State(value.text.lower()))
        elif isinstance(value, Text) and not value.quoted and any(char in value.text for char in "*?"):
            fits = shop.verdict(value, inside=False)
            ours.update(state for state in State if fits(state))
            native.append(fits)
        else:
            native.append(shop.verdict(value, inside=False))
    wanted = frozenset(ours)
    if not native:
        return Test(lambda job: job.state in wanted)
    word = remembered(any_of(native))
    return Test(lambda job: job.state in wanted or word(job.native_state))


def search(value: Value, shop: Workshop) -> Test:
    """Looks into every field that is searched."""
    fits = shop.verdict(value, inside=True)
    recall = remembered(fits)
    getters = [(field.get, recall if field.few else fits) for field in SEARCHED if field.get is not None]

    def holds(job: Job) -> bool:
        for get, found in getters:
            text = get(job)
            if text is not None and found(text):
                return True
        return False

    return Test(holds)


def known(field: Field) -> Predicate:
    """Whether the server says anything at all about a field."""
    get, interval = field.get, field.interval
    if get is not None:
        return lambda job: get(job) not in (None, "")
    assert interval is not None, "a field has either of the two"
    return lambda job: interval(job) is not None


def _exact(value: Value, op: Op) -> Value:
    return Text(value.text, quoted=True) if op is Op.EQUAL and isinstance(value, Text) else value
