"""Turns a tree into something that can be asked about jobs, and refuses what makes no sense."""

from jobdash.engine import fields
from jobdash.engine.fields import Field, Kind
from jobdash.engine.query.amounts import amount
from jobdash.engine.query.context import Context
from jobdash.engine.query.flags import flags
from jobdash.engine.query.loaded import loaded
from jobdash.engine.query.moments import moment_test
from jobdash.engine.query.parser import tree_of
from jobdash.engine.query.paths import ROOTS, path
from jobdash.engine.query.test import Predicate, Test, Workshop
from jobdash.engine.query.tree import And, Node, Not, Op, Or, Regex, Search, Term, Text
from jobdash.engine.query.words import known, search, states, texts
from jobdash.model.errors import QueryError
from jobdash.model.job import Job


class Query:
    """A query that is ready to be asked. `text` is as it was typed, `tree` what it says, `uses` what it looks at."""

    def __init__(self, text: str, context: Context) -> None:
        self.text = text
        self.context = context
        self.tree = tree_of(text)
        shop = Workshop(context)
        test = _test(self.tree, shop)
        self.matches: Predicate = test.holds
        self.uses = frozenset(shop.uses)
        self.everything = self.tree == And(())
        self._turns = test.turns
        self._patterns = tuple(shop.patterns)

    def __call__(self, job: Job) -> bool:
        """Whether a job matches; who asks many uses `matches`."""
        return self.matches(job)

    @property
    def timed(self) -> bool:
        """True when the answer can change by the mere passing of time."""
        return bool(self._turns)

    def next_turn(self, job: Job, now: float) -> float | None:
        """The next moment at which the answer about this job may change by itself, None when it never will."""
        soonest: float | None = None
        for turn in self._turns:
            at = turn(job)
            if at is not None and at >= now and (soonest is None or at < soonest):
                soonest = at
        return soonest

    def notices(self) -> list[str]:
        """What went wrong while it was asked, for a person."""
        return [notice for pattern in self._patterns if (notice := pattern.notice()) is not None]

    @property
    def has_patterns(self) -> bool:
        return bool(self._patterns)


def _test(node: Node, shop: Workshop) -> Test:
    match node:
        case And(parts):
            return _all([_test(part, shop) for part in sorted(parts, key=_cost)])
        case Or(parts):
            return _any([_test(part, shop) for part in parts])
        case Not(part):
            return _negated(_test(part, shop))
        case Search(value):
            return search(value, shop)
        case Term():
            return _term(node, shop)


def _cost(node: Node) -> int:
    """What is cheap to ask is asked first: a comparison, then a search, then whatever has patterns in it."""
    match node:
        case Search(value):
            return 2 if isinstance(value, Regex) else 1
        case Term():
            return 2 if any(isinstance(value, Regex) for value in node.values) else 0
        case Not(part):
            return _cost(part)
        case And(parts) | Or(parts):
            return max(map(_cost, parts), default=0)


def _all(tests: list[Test]) -> Test:
    holds = [test.holds for test in tests]
    turns = tuple(turn for test in tests for turn in test.turns)
    match holds:
        case []:
            return Test(lambda job: True)
        case [first, second]:
            return Test(lambda job: first(job) and second(job), turns)
    return Test(lambda job: all(hold(job) for hold in holds), turns)


def _any(tests: list[Test]) -> Test:
    holds = [test.holds for test in tests]
    return Test(lambda job: any(hold(job) for hold in holds), tuple(turn for test in tests for turn in test.turns))


def _negated(test: Test) -> Test:
    holds = test.holds
    return Test(lambda job: not holds(job), test.turns)


def _term(term: Term, shop: Workshop) -> Test:
    if term.op is Op.UNEQUAL:
        return _negated(_term(Term(term.field, Op.EQUAL, term.values, term.position), shop))
    if term.op not in (Op.IS, Op.EQUAL) and len(term.values) > 1:
        raise QueryError("only `:` takes several values", term.values[1].position)
    if term.field == "is":
        return flags(term.op, term.values, shop)
    if (data := path(term.field)) is not None:
        return loaded(data, term.op, term.values, shop)
    return _of(_field(term), term, shop)


def _field(term: Term) -> Field:
    field = fields.find(term.field)
    if field is not None:
        return field
    if term.field.lower() in ROOTS:
        raise QueryError(f"say where in `{term.field}`, such as {term.field}.customer:42", term.position)
    close = fields.nearest(term.field)
    hint = f"did you mean `{close}`?" if close else 'quote it to search for the text, as in "a:b"'
    raise QueryError(f"no field `{term.field}`; {hint}", term.position)


def _of(field: Field, term: Term, shop: Workshop) -> Test:
    if term.op in (Op.IS, Op.EQUAL) and len(term.values) == 1 and isinstance(value := term.values[0], Text):
        if value.text == "*" and not value.quoted:
            return Test(known(field))
        if value.text == "" and value.quoted:
            return _negated(Test(known(field)))
    match field.kind:
        case Kind.STATE:
            return states(term.op, term.values, shop)
        case Kind.TEXT:
            return texts(field, term.op, term.values, shop)
        case Kind.TIME:
            return _any([moment_test(field, term.op, value, shop) for value in term.values])
        case _:
            return _any([amount(field, term.op, value, shop) for value in term.values])
