"""The query language of lists, bulk actions, alerts and the command line: text -> tree -> question about jobs."""

from jobdash.engine.clock import SystemClock
from jobdash.engine.query.compiled import Query
from jobdash.engine.query.context import Context
from jobdash.engine.query.parser import tree_of
from jobdash.engine.query.test import Predicate, Use
from jobdash.engine.query.written import written

__all__ = ["Context", "Predicate", "Query", "Use", "parse", "tree_of", "written"]


def parse(text: str, context: Context | None = None) -> Query:
    """A question about jobs. Raises QueryError with the position of what is wrong.

    Without a context nothing is stale, gone, marked or loaded, and the time is that of the machine.
    """
    return Query(text, context or Context(now=SystemClock().now, timer=SystemClock().monotonic))
