"""Regular expressions that explode: refused, or given up in time, and said."""

from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobdash.engine.query.pattern import PATIENCE, Pattern
from jobdash.engine.query.shape import danger
from jobdash.model.errors import QueryError


@pytest.mark.parametrize(
    "source",
    [
        "(a+)+", "(a*)*b", "(a|a)*", "(a|ab)+c", "((a+)b?)+", "(a+){2,}", "(?:x+x+)+y", "(a?){30}a{30}", "(.*a){12}",
        r"(\w+\s?)*$", r"(a)\1", "(?P<n>a)(?P=n)", "a*" * 5, "a?" * 9, "a{0,99999}", "x" * 301, "(?=(a+))+",
        "(a{1,9}){9}",
        r"([a-z]+)*\d", "(?i:(b+)+)", "(a|b|c){5}",
    ],
)  # fmt: skip
def test_dangerous_shapes_are_refused(source: str) -> None:
    _, problem = danger(source)
    assert problem is not None


@pytest.mark.parametrize(
    "source",
    [
        "timed out", "timeout.*30", r"worker-\d+ .* failed", "(foo|bar) baz", "^[a-z]+$", "[*+?]", r"\(\d+\)\+",
        "(ab)+",
        "a{3}", "a{2,5}b", "[^]*]+", "https?://", r"(?i)x", "(?:ab)?c", "a{", "{1}", "x{,3}",
    ],
)  # fmt: skip
def test_harmless_shapes_are_not(source: str) -> None:
    _, problem = danger(source)
    assert problem is None


@pytest.mark.parametrize("source", [".*.*.*.*x", r"\w*\w*\w*\w*!", ".*.*.*x", ".*x", "[ab]*a?a?a?[ab]*c", "(a|b)?" * 4])
@pytest.mark.parametrize("text", ["a" * 100_000, "ab" * 5_000, "aaaa!"], ids=["same", "pairs", "short"])
def test_the_worst_that_is_allowed_ends_soon(source: str, text: str) -> None:
    pattern = Pattern(source, 0, perf_counter)
    assert pattern.found_in(text) in (True, False)


def test_a_pattern_that_takes_too_long_is_given_up_and_says_so() -> None:
    pattern = Pattern(".*.*.*.*x", 0, perf_counter)
    assert pattern.notice() is None
    assert not pattern.found_in("a" * 2000)
    assert "given up in 1 texts" in (pattern.notice() or "")
    assert pattern.found_in("aax")


def test_a_pattern_that_is_always_slow_is_switched_off() -> None:
    ticks = iter(range(10_000))
    pattern = Pattern(".*a.*b", 0, lambda: float(next(ticks)))
    for _ in range(int(PATIENCE) + 2):
        pattern.found_in("c" * 500)
    assert pattern.disabled
    assert "not looked for any more" in (pattern.notice() or "")


PIECES = st.lists(
    st.sampled_from(["a", "b", ".", r"\w", "[ab]", "(", ")", "(?:", "*", "+", "?", "{2}", "{1,3}", "{2,}", "|", "^",
                     "$", "x"]),
    max_size=12,
).map("".join)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(PIECES)
def test_whatever_is_allowed_ends_soon(source: str) -> None:
    try:
        pattern = Pattern(source, 0, perf_counter)
    except QueryError:
        return
    for text in ("a" * 2_000, "ab" * 1_000 + "!"):
        assert pattern.found_in(text) in (True, False)
