"""Recorded answers with one thing changed: a field gone, null, or of a type that nobody promised."""

import copy
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

patient = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""

ODD: tuple[Any, ...] = (
    None,
    0,
    -1,
    1e300,
    10**400,
    True,
    "",
    "\ud800",
    "x" * 300,
    "2026-13-45",
    [],
    [None],
    {},
    {"a": 1},
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every value inside `value`."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, item in inner for found in ((*path, key), *places(item, (*path, key)))]


def changed(value: Any, path: tuple[Any, ...], news: Any, *, remove: bool = False) -> Any:
    """A copy of `value` with something else at `path`, or nothing there."""
    whole = copy.deepcopy(value)
    at = whole
    for key in path[:-1]:
        at = at[key]
    if remove:
        del at[path[-1]]
    else:
        at[path[-1]] = news
    return whole


def mutations(value: Any) -> st.SearchStrategy[Any]:
    """`value` with one to three things wrong."""

    @st.composite
    def mutated(draw: st.DrawFn) -> Any:
        made = value
        for _ in range(draw(st.integers(1, 3))):
            found = places(made)
            if not found:
                return draw(st.sampled_from(ODD))
            path = draw(st.sampled_from(found))
            made = changed(made, path, draw(st.sampled_from(ODD)), remove=draw(st.booleans()))
        return made

    return mutated()
