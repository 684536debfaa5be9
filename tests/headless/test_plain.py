"""Text that reaches a terminal or a pipe: harmless, aligned, and JSON that is always JSON."""

from __future__ import annotations

import io
import json
import math
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdash.engine.export import stamp
from jobdash.headless.out import Out, ReaderGone, json_text
from jobdash.headless.plain import cells, fit, pad, plain
from jobdash.headless.progress import Bars, bar
from jobdash.headless.record import FIELDS, absolute, record
from jobdash.headless.table import table
from jobdash.headless.times import duration, moment
from jobdash.model.job import Job, JobKey
from jobdash.model.state import State

JOB = Job(key=JobKey("docs", "1"), state=State.RUNNING, native_state="running", progress=50.0, step="Hashing\x1b[2J")


@given(st.text())
def test_no_control_character_survives(text: str) -> None:
    assert all(unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in plain(text))


@given(st.text(), st.integers(0, 40))
def test_fit_and_pad_agree_on_cells(text: str, width: int) -> None:
    fitted = fit(plain(text), width)
    assert cells(fitted) <= width
    assert cells(pad(fitted, width)) == width


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5), st.integers(20, 80))
def test_a_table_stays_within_its_width(rows: list[list[str]], width: int) -> None:
    assert all(cells(line) <= width for line in table(("a", "b"), rows, width))


@given(st.recursive(st.none() | st.floats() | st.text() | st.integers(), st.lists))
def test_json_is_one_line_of_ascii(value: Any) -> None:
    text = json_text(value)
    assert text.isascii() and text.isprintable()
    json.loads(text, parse_constant=pytest.fail)


def test_json_of_what_no_json_can_hold() -> None:
    assert json_text({"a": [math.nan, math.inf]}) == '{"a":[null,null]}'
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert json_text(deep) == '"nested too deeply"'


def test_record_has_its_fields_in_order() -> None:
    assert list(record(JOB)) == list(FIELDS)
    assert stamp(0) == "1970-01-01T00:00:00Z"
    assert stamp(1e30) is None
    urls = ("/files/a", "http://other/b", "javascript:alert(1)", "http://[bad")
    assert absolute(urls, "http://docs:1/base") == ["http://docs:1/files/a", "http://other/b"]


def test_bars_are_drawn_over_and_taken_away() -> None:
    stdout = io.StringIO()
    out = Out(stdout, io.StringIO(), live=True, width=60, height=5)
    bars = Bars(out)
    bars.show([(JOB.key, JOB)])
    first = stdout.getvalue()
    assert "[############------------]  50 %" in first
    assert "\x1b[2J" not in first
    bars.show([(JobKey("docs", str(number)), None) for number in range(9)])
    assert "... and 7 more" in stdout.getvalue()
    bars.clear()
    assert stdout.getvalue().endswith("\x1b[3A\r\x1b[J")
    assert cells(bar(JOB.key, JOB, 60)) < 60
    quiet = io.StringIO()
    Bars(Out(quiet, io.StringIO())).show([(JOB.key, JOB)])
    assert quiet.getvalue() == ""


def test_a_closed_pipe_is_its_own_thing() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    with pytest.raises(ReaderGone):
        Out(Closed(), io.StringIO()).line("x")
    Out(io.StringIO(), Closed()).note("nobody hears this")


def test_times() -> None:
    assert (duration("90"), duration("1h30m"), duration("500ms")) == (90, 5400, 0.5)
    assert moment("10m", 1000) == 400
    assert moment("1970-01-01T00:01", 0) == 60
    for wrong in ("", "soon", "-5s", "0s", "5 weeks"):
        with pytest.raises(ValueError, match="is expected"):
            duration(wrong)
