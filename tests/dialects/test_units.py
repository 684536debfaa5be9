"""Every unit of every kind of value, and everything that is not one."""

import math
from datetime import UTC, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdash.dialects.mapping import units
from jobdash.dialects.mapping.times import duration, time, version
from jobdash.dialects.mapping.unusable import Unusable, snippet

NOON = 1705836600.0  # 2024-01-21T11:30:00Z


@pytest.mark.parametrize(
    ("unit", "value", "moment"),
    [
        ("iso", "2024-01-21T11:30:00Z", NOON),
        ("iso", "2024-01-21T11:30:00.250Z", NOON + 0.25),
        ("iso", "2024-01-21T11:30:00", NOON),
        ("iso", "2024-01-21 11:30:00 UTC", NOON),
        ("iso", "2024-01-21T13:30:00+02:00", NOON),
        ("iso", "2024-01-21T13:30:00+0200", NOON),
        ("iso", " 2024-01-21T11:30:00.123456789Z ", NOON + 0.123456),
        ("auto", "2024-01-21T11:30:00Z", NOON),
        ("auto", "Sun, 21 Jan 2024 11:30:00 GMT", NOON),
        ("auto", 1705836600, NOON),
        ("auto", 1705836600.0, NOON),
        ("auto", 1705836600_000, NOON),
        ("auto", 1705836600_000_000, NOON),
        ("auto", 1705836600_000_000_000, NOON),
        ("auto", "1705836600", NOON),
        ("auto", "1705836600000", NOON),
        ("s", 1705836600, NOON),
        ("s", "1705836600.5", NOON + 0.5),
        ("ms", 1705836600_000, NOON),
        ("us", 1705836600_000_000, NOON),
        ("ns", 1705836600_000_000_000, NOON),
        ("http", "Sun, 21 Jan 2024 11:30:00 GMT", NOON),
        ("s", 0, None),
        ("auto", 0, None),
        ("iso", "", None),
        ("iso", "0001-01-01T00:00:00Z", None),
    ],
)
def test_times(unit: str, value: Any, moment: float | None) -> None:
    assert time(unit)(value) == (None if moment is None else pytest.approx(moment))


def test_half_a_surrogate_pair_in_words_becomes_a_question_mark() -> None:
    assert units.text("a\ud800b ä") == "a?b ä"
    assert units.message({"message": "\udfff"}) == "?"


def test_a_time_without_a_zone_is_in_the_zone_of_the_mapping() -> None:
    east = time("iso", timezone(timedelta(hours=2)))
    assert east("2024-01-21T13:30:00") == NOON
    assert east("2024-01-21T11:30:00Z") == NOON


@pytest.mark.parametrize("unit", ["auto", "iso", "http", "s", "ms", "us", "ns"])
@pytest.mark.parametrize(
    "value", [True, "soon", "x" * 10_000, [], {}, -5, math.nan, math.inf, 10**400, 1e300, "9" * 25, "2024-13-01"]
)
def test_what_is_no_time(unit: str, value: Any) -> None:
    with pytest.raises(Unusable):
        time(unit)(value)


@pytest.mark.parametrize(
    ("unit", "value", "seconds"),
    [
        ("s", 30, 30),
        ("ms", 1500, 1.5),
        ("min", 2, 120),
        ("h", 1, 3600),
        ("s", "30s", 30),
        ("ms", "250ms", 0.25),
        ("s", "2m30s", 150),
        ("s", "1h 5min", 3900),
        ("s", "00:02:30", 150),
        ("s", "2:30.5", 150.5),
        ("s", "PT2M30S", 150),
        ("s", "P1DT1H", 90_000),
        ("s", 0, 0),
    ],
)
def test_durations(unit: str, value: Any, seconds: float) -> None:
    assert duration(unit)(value) == pytest.approx(seconds)


@pytest.mark.parametrize("value", [True, -1, "soon", "", "P", "5 parsecs", math.nan, 10**400, [], "1" * 500])
def test_what_is_no_duration(value: Any) -> None:
    with pytest.raises(Unusable):
        duration("s")(value)


@pytest.mark.parametrize(
    ("value", "percent", "fraction"),
    [
        (0, 0, 0),
        (65.5, 65.5, 100),
        (0.5, 0.5, 50),
        (1, 1, 100),
        (-3, 0, 0),
        (1e300, 100, 100),
        (10**400, 100, 100),
        ("75%", 75, 75),
        ("0.5", 0.5, 50),
    ],
)
def test_progress(value: Any, percent: float, fraction: float) -> None:
    assert units.percent(value) == percent
    assert units.fraction_of_one(value) == fraction


@pytest.mark.parametrize("value", [True, math.nan, math.inf, -math.inf, "half", "", {}, []])
def test_what_is_no_progress(value: Any) -> None:
    with pytest.raises(Unusable):
        units.percent(value)


@pytest.mark.parametrize(
    ("unit", "value", "megabytes"),
    [
        ("mb", 120, 120),
        ("b", 5_000_000, 5),
        ("kb", 500, 0.5),
        ("gb", 1.5, 1500),
        ("b", "120MB", 120),
        ("mb", "120", 120),
        ("b", "1.5 GB", 1500),
        ("mb", "1GiB", 1073.741824),
        ("mb", "512k", 0.512),
        ("mb", "1000000 bytes", 1),
    ],
)
def test_sizes(unit: str, value: Any, megabytes: float) -> None:
    assert units.size(unit)(value) == pytest.approx(megabytes)


@pytest.mark.parametrize("value", [True, "much", "12XB", -1, math.nan, math.inf, [], "9" * 100])
def test_what_is_no_size(value: Any) -> None:
    with pytest.raises(Unusable):
        units.size("mb")(value)


def test_counts_are_strict() -> None:
    assert units.count(3) == 3
    assert units.count(3.0) == 3
    wrong: Any
    for wrong in (True, "3", 3.5, -1, math.nan, math.inf, 2**63, [], {}):
        with pytest.raises(Unusable):
            units.count(wrong)


def test_texts() -> None:
    assert units.text("a") == "a"
    assert units.text(5) == "5"
    assert units.text(2.5) == "2.5"
    assert units.text("  ") is None
    assert len(units.text("x" * 1_000_000) or "") == units.TEXT_LIMIT
    wrong: Any
    for wrong in (True, [], {}, math.nan):
        with pytest.raises(Unusable):
            units.text(wrong)


def test_messages_are_never_lost_to_their_shape() -> None:
    assert units.message(["a", None, {"msg": "b"}]) == "a; b"
    assert units.message({"code": 5}) == '{"code": 5}'
    assert units.message({"message": "x", "code": 5}) == "x"
    assert units.message(False) is None
    deep: Any = "x"
    for _ in range(900):
        deep = [deep]
    assert units.message(deep) == "[" * 897 + '"x"' + "]" * 897


def test_ids_are_text_or_whole_numbers() -> None:
    assert units.identity(7) == "7"
    assert units.identity("a/b c") == "a/b c"
    wrong: Any
    for wrong in (None, "", True, 1.5, [], {}, "x" * 5000, "\ud800"):
        with pytest.raises(Unusable):
            units.identity(wrong)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (1, 2),
        ("9", "10"),
        (1.5, "2.5"),
        (-1, 0),
        (2**63, 2**63 + 1),
        ("184467440737095516150", "184467440737095516151"),
        ("2024-01-21T11:30:00.123456788Z", "2024-01-21T11:30:00.123456789Z"),
        ("2024-01-21T13:30:00+02:00", "2024-01-21T11:30:01"),
    ],
)
def test_versions_have_an_order(older: Any, newer: Any) -> None:
    convert = version(UTC)
    known, told = convert(older), convert(newer)
    assert known is not None and told is not None and known < told
    assert convert(newer) == told


@pytest.mark.parametrize("value", [True, [], {}, "3f9a", "v12", math.nan, math.inf, 10**400, "9" * 200])
def test_what_is_no_version(value: Any) -> None:
    with pytest.raises(Unusable, match="a version that has an order"):
        version(UTC)(value)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
CONVERSIONS = [
    *(time(unit) for unit in ("auto", "iso", "http", "s", "ms", "us", "ns")),
    *(duration(unit) for unit in ("ms", "s", "min")),
    version(UTC),
    *(units.size(unit) for unit in ("b", "mb")),
    *(units.text, units.message, units.count, units.number, units.flag, units.texts),
    *(units.percent, units.fraction_of_one, units.identity, units.state_name),
]


@given(value=ANYTHING)
def test_a_conversion_gives_a_value_or_says_what_it_expected(value: Any) -> None:
    for convert in CONVERSIONS:
        if value is None:
            continue
        try:
            result = convert(value)
        except Unusable as problem:
            assert problem.expected
            assert len(problem.about("field")) < 300
        else:
            assert not (isinstance(result, float) and not math.isfinite(result))


@given(value=ANYTHING)
def test_a_snippet_is_short(value: Any) -> None:
    assert len(snippet(value)) <= 80


def test_a_snippet_is_one_line() -> None:
    assert snippet("a\nb\x1b[31m") == '"a\\nb\\u001b[31m"'


def test_a_snippet_of_something_deep_or_huge_is_short() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert len(snippet(deep)) <= 80
    assert len(snippet("x" * 10_000_000)) <= 80
    assert len(snippet({"a" * 1_000_000: 10**4000})) <= 80
