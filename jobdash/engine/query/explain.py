"""Says in words what a query looks at and what it does not, so that nobody takes "no rows" for "no such job"."""

from collections.abc import Container, Iterator
from difflib import get_close_matches

from jobdash.engine.fields import SEARCHED
from jobdash.engine.percentiles import FEWEST, Percentiles
from jobdash.engine.query.compiled import Query
from jobdash.engine.query.pattern import LONGEST_TEXT
from jobdash.engine.query.test import Use
from jobdash.engine.query.tree import And, Node, Not, Or, Regex, Search, Term, Text
from jobdash.model.state import State


def explain(query: Query, *, loaded: int, total: int, states: Container[str], percentiles: Percentiles) -> list[str]:
    """Sentences, most important first; none for a query that says it all. `states` are the native ones seen."""
    return [*query.notices(), *_of(query, loaded, total, states, percentiles)]


def _of(query: Query, loaded: int, total: int, states: Container[str], percentiles: Percentiles) -> Iterator[str]:
    nodes = list(_leaves(query.tree))
    for word in (word for node in nodes for word in _states(node) if word not in states):
        close = get_close_matches(word, [str(state) for state in State], n=1)
        yield f"no job has been in a state `{word}`" + (f"; did you mean {close[0]}?" if close else "")
    if Use.DETAILS in query.uses:
        yield f"data: only in the {loaded:,} jobs whose data is loaded, of {total:,}"
    if Use.PERCENTILES in query.uses and not percentiles.known():
        yield f"percentiles are not known yet: {FEWEST} jobs of a type must have completed"
    if any(isinstance(node, Search) for node in nodes):
        names = ", ".join(field.name for field in SEARCHED)
        yield f"words are looked for in {names}; not in data, results and logs"
    if query.has_patterns:
        yield f"patterns look at the first {LONGEST_TEXT:,} characters of a text"


def _leaves(node: Node) -> Iterator[Term | Search]:
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _leaves(part)
        case Not(part):
            yield from _leaves(part)
        case Term() | Search():
            yield node


def _states(node: Term | Search) -> Iterator[str]:
    """The words for states in a term that are none of the ten."""
    if isinstance(node, Search) or node.field != "state":
        return
    for value in node.values:
        if isinstance(value, Regex) or (not value.quoted and any(char in value.text for char in "*?")):
            continue
        if isinstance(value, Text) and value.text.lower() not in [str(state) for state in State]:
            yield value.text.casefold()
