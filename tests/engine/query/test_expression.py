"""JMESPath as a column or a sort key: what it finds, what is said of a wrong one, and that none takes for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdash.engine.query.expression import GIVEN_UP_AFTER, TOO_LONG, Expression
from jobdash.engine.query.paths import DataPath, path
from jobdash.engine.sort import Sort
from jobdash.model.errors import QueryError
from jobdash.model.job import Detail

DETAIL = Detail(
    data={"pages": [{"n": n, "ok": n % 2 == 0} for n in range(5)], "customer": {"id": 7}},
    result="done",
    raw={"data": {"customer": {"id": 7}}},
)
DOUBLING = "[data,data]" + "|[@,@][]" * 30


def expression(text: str) -> Expression:
    found = path(text)
    assert isinstance(found, Expression)
    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("length(data.pages)", 5),
        ("data.pages[?ok].n", [0, 2, 4]),
        ("data.pages[1:3].n", [1, 2]),
        ("data.missing || data.customer.id", 7),
        ("sort_by(data.pages, &n)[-1].n", 4),
        ("result | length(@)", 4),
        ("data.missing[0]", None),
    ],
)
def test_what_an_expression_finds(text: str, value: object) -> None:
    found = path(text)
    assert found is not None
    assert found.value(DETAIL) == value
    assert found.problem(DETAIL) is None
    assert found.value(None) is None


def test_a_plain_path_needs_no_expression() -> None:
    assert isinstance(path("data.pages[0].n"), DataPath)
    assert path("customer") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("data.pages[?", "is not JMESPath"),
        ("lenght(data.pages)", "unknown function: lenght"),
        ("length(" + "a" * 400 + ")", "300 characters"),
        ("(" * 300, "is not JMESPath"),
    ],
)
def test_a_wrong_expression_is_named(text: str, words: str) -> None:
    with pytest.raises(QueryError, match=words):
        path(text)


def test_data_that_does_not_fit_is_said() -> None:
    assert expression("abs(data.customer)").problem(DETAIL) == "does not fit"


def test_what_would_never_end_is_given_up_and_not_tried_for_ever() -> None:
    found = expression(DOUBLING)
    for _ in range(GIVEN_UP_AFTER + 5):
        fresh = Detail(data={"a": 1})
        assert found.value(fresh) is None
        assert found.problem(fresh) == TOO_LONG


def test_several_keys_of_a_sort_may_be_expressions() -> None:
    keys = Sort.parse("-max_by(data.pages, &n).n,age,join(',', data.names)").keys
    assert [(key.name, key.reverse) for key in keys] == [
        ("max_by(data.pages, &n).n", True),
        ("age", False),
        ("join(',', data.names)", False),
    ]


@given(st.text(alphabet="dataresult.[]()|&@*?:,'`\"{}! 0123-_<=>", max_size=60))
def test_any_text_is_an_expression_or_a_sentence(text: str) -> None:
    try:
        found = path(text)
    except QueryError as error:
        assert error.problem
    else:
        if found is not None:
            found.value(DETAIL)


def test_a_literal_without_quotes_is_a_text_as_in_old_expressions() -> None:
    assert expression("data.missing || `none`").value(DETAIL) == "none"
