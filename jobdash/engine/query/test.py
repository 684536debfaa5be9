"""The compiled form of one term: whether a job fits, and when that may change by the mere passing of time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from jobdash.engine.query.context import Context
from jobdash.engine.query.pattern import Pattern
from jobdash.engine.query.text import Verdict, verdict
from jobdash.engine.query.tree import Value
from jobdash.model.job import Job

Predicate = Callable[[Job], bool]
Turn = Callable[[Job], float | None]
"""The moment (seconds since the epoch) at which an answer about this job turns round; None when it never does."""


class Use(StrEnum):
    """What a query looks at besides the job; when that changes, its rows are looked at again."""

    DETAILS = "details"
    SERVERS = "servers"
    GONE = "gone"
    MARKS = "marks"
    PERCENTILES = "percentiles"


@dataclass(frozen=True, slots=True)
class Test:
    """`turns` are all the moments that matter for the answer, past ones included."""

    __test__ = False

    holds: Predicate
    turns: tuple[Turn, ...] = ()


@dataclass(slots=True)
class Workshop:
    """What compiling leaves behind besides tests: the patterns in use, and what the query looks at."""

    context: Context
    patterns: list[Pattern] = field(default_factory=list)
    uses: set[Use] = field(default_factory=set)

    def verdict(self, value: Value, *, inside: bool) -> Verdict:
        return verdict(value, inside=inside, timer=self.context.timer, patterns=self.patterns)
