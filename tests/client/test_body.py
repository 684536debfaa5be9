"""Bodies: what JSON is read from, what is refused, and in which words."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdash.client.body import read_body, read_json
from jobdash.model.errors import BadAnswer

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12345678901234567890123", 12345678901234567890123),
        ('{"a": 1, "b": 0, "a": 2}', {"a (1 of 2)": 1, "b": 0, "a": 2}),
        ('{"a": 1, "a": 2, "a": 3, "a (1 of 3)": 4}', {"a (1 of 3)'": 1, "a (2 of 3)": 2, "a": 3, "a (1 of 3)": 4}),
        ("[NaN, Infinity, -Infinity, 1e999, 1.5]", ["NaN", "Infinity", "-Infinity", "1e999", 1.5]),
        ('"\\ud800"', "\ud800"),
    ],
)
def test_odd_json_is_read_deliberately(text: str, value: Any) -> None:
    assert read_json(text) == value


@pytest.mark.parametrize("text", ["", "{", "[" * 200_000, "9" * 5000, "nul", "{'a': 1}"])
def test_what_is_no_json_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        read_json(text)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ('{"a": "ü"}'.encode(), "application/json"),
        (b"\xef\xbb\xbf" + '{"a": "ü"}'.encode(), "application/json"),
        ('{"a": "ü"}'.encode("latin-1"), "application/json; charset=ISO-8859-1"),
        ('{"a": "ü"}'.encode("utf-16"), "application/json"),
        ('{"a": "ü"}'.encode("utf-16"), 'application/json; charset="utf-16"'),
        ('{"a": "ü"}'.encode(), "application/json; charset=klingon"),
        ('{"a": "ü"}'.encode(), "application/json; charset=hex"),
        ('{"a": "ü"}'.encode(), "text/html"),
        ('{"a": "ü"}'.encode(), ""),
    ],
)
def test_charsets_and_byte_order_marks_are_understood(data: bytes, kind: str) -> None:
    assert read_body(data, {"content-type": kind}) == {"a": "ü"}


def test_an_empty_body_is_none() -> None:
    assert read_body(b"", {}) is None
    assert read_body(b" \r\n", JSON) is None


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (b"<!DOCTYPE html><title>Log in</title>", "text/html", "answered HTML instead of JSON"),
        (b"  <html>", "application/json", "answered HTML instead of JSON"),
        (b"OK", "text/plain", "answered text/plain, not JSON"),
        (b"{\x1b[31m", "application/json", "answered malformed JSON"),
    ],
)
def test_what_came_instead_is_told(data: bytes, kind: str, words: str) -> None:
    with pytest.raises(BadAnswer) as bad:
        read_body(data, {"content-type": kind})
    assert words in str(bad.value)
    assert str(bad.value).isprintable()


def test_plain_text_is_an_answer_where_it_is_welcome() -> None:
    assert read_body(b"OK", {"content-type": "text/plain"}, text_welcome=True) == "OK"


@given(
    st.binary(max_size=200),
    st.sampled_from(["application/json", "text/html", "text/plain; charset=utf-7", "", ";charset=rot13"]),
)
def test_any_bytes_are_a_value_or_a_bad_answer(data: bytes, kind: str) -> None:
    try:
        value = read_body(data, {"content-type": kind})
    except BadAnswer as bad:
        assert len(str(bad)) < 400
        assert str(bad).isprintable()
    else:
        json.dumps(value)
