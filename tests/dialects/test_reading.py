"""What a field of a job engine's answer may be, and what becomes of everything else."""

from math import inf, nan
from typing import Any

import pytest

from jobdash.dialects._reading import Flag, Number, Numbers, Table, Text, Texts, Things, Whole, Wire, many, one


class Thing(Wire):
    """One field of each kind."""

    text: Text = None
    whole: Whole = None
    number: Number = None
    flag: Flag = None
    texts: Texts = None
    numbers: Numbers = None
    table: Table = None
    things: Things = None
    any: Any = None


GOOD = {
    "text": "a",
    "whole": 3,
    "number": 1.5,
    "flag": True,
    "texts": ["a", "b"],
    "numbers": [1.0, 2.5],
    "table": {"a": 1},
    "things": [1, "a", None],
    "any": {"a": [nan]},
}


def test_what_fits_is_taken_as_it_is_and_the_rest_is_left_out() -> None:
    assert vars(Thing({**GOOD, "more": 1})) == GOOD
    assert one(Thing, {}) == Thing()
    assert Thing().text is None
    assert many(Thing, [GOOD, "no object", {}]) == [Thing(GOOD), Thing()]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("text", (1, True, ["a"])),
        ("whole", (True, -1, 1.0, "1", 2**63 + 1, 10**400)),
        ("number", (True, "1", nan, inf, 10**400)),
        ("flag", (0, 1, "true")),
        ("texts", ("a", ["a", 1], ["a", None], {"a": 1})),
        ("numbers", (1, "1", {})),
        ("table", ([], "{}", 1)),
        ("things", ({}, "[]", 1)),
    ],
)
def test_what_does_not_fit_is_none_and_nothing_else_is_lost(field: str, values: tuple[Any, ...]) -> None:
    for value in (None, *values):
        assert vars(Thing({**GOOD, field: value})) == {**GOOD, field: None}


def test_a_number_among_others_that_is_none_costs_only_itself() -> None:
    assert Thing({"numbers": [1, "2", True, inf, 4.5]}).numbers == [1.0, None, None, None, 4.5]


def test_a_kind_that_builds_on_another_has_its_fields_too() -> None:
    class More(Thing):
        extra: Text = None

    assert vars(More({"text": "a", "extra": 1})) == {"text": "a", "extra": None}
