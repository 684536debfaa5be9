"""Log lines: colours stay, everything else that a terminal would obey goes."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdash.model.log import LogLine
from jobdash.tui.presentation import ansi, log_line, log_time
from jobdash.tui.presentation.age import Moment
from jobdash.tui.presentation.log_line import Look, folded, said_level, shifted
from jobdash.tui.presentation.spans import Span, text_of, width_of
from tests.tui.still_monitor import MONOTONIC, NOW

LOOK = Look(Moment(NOW, MONOTONIC))
HOSTILE = st.lists(
    st.one_of(
        st.text(max_size=10),
        st.sampled_from(
            [
                "\x1b[31m",
                "\x1b[0m",
                "\x1b[2J",
                "\x1b]0;title\x07",
                "\x1b]8;;http://x\x1b\\",
                "\x1bP1$r\x1b\\",
                "\x1bc",
                "\x9b31m",
                "\x1b",
                "\x1b[",
                "\x1b]52;c;",
                "\r",
                "\x00",
                "\x07",
                "\u202e",
                "\u200b",
                "\ud800",
                "\x1b[?1049h",
            ]
        ),
    ),
    max_size=20,
).map("".join)


@given(HOSTILE)
def test_no_control_character_is_left(text: str) -> None:
    entry = LogLine(text, NOW, text[:5] or None)
    for span in log_line.line(entry, Look(Moment(NOW, MONOTONIC), levels=True, needle="a", prefix_width=5), text):
        for char in span.text:
            assert unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp"), repr(char)


@given(HOSTILE, st.integers(2, 40))
def test_folding_and_shifting_lose_no_cell(text: str, width: int) -> None:
    content = ansi.line(text)
    rows = folded(content, width)
    assert all(width_of(row) <= width for row in rows)
    assert "".join(text_of(row) for row in rows) == text_of(content)
    assert width_of(shifted(content, width)) == max(0, width_of(content) - width)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("\x1b[31mred\x1b[0m ink", [Span("red", "job-failed"), Span(" ink")]),
        ("\x1b[1;32mok", [Span("ok", "bold job-completed")]),
        ("\x1b[38;5;196mx\x1b[39my", [Span("x", "job-failed"), Span("y")]),
        ("\x1b[38;2;10;10;255mx", [Span("x", "job-running")]),
        ("\x1b[4mu\x1b[24mn\x1b[48;5;1mb", [Span("u", "underline"), Span("n"), Span("b")]),
        ("\x1b]0;title\x07text\x1b[2J\x1b[H!", [Span("text"), Span("!")]),
        ("\x1bPsixel\x1b\\after", [Span("after")]),
        ("10%\r50%\r100%\r", [Span("100%")]),
        ("tab\tx", [Span("tab    x")]),
        ("\x1b]0;never closed", [Span("␛]0;never closed")]),
        ("\x1b[>4;1mx", [Span("x")]),
    ],
)
def test_colours_stay_and_other_sequences_go(text: str, spans: list[Span]) -> None:
    assert list(ansi.line(text)) == spans


def test_a_line_of_ten_megabytes_is_drawn_in_part_and_said_to_be() -> None:
    told = text_of(log_line.line(LogLine("x" * 10_000_000), LOOK))
    assert len(told) < 70_000 and "9,934,464 more characters" in told
    assert text_of(log_line.line(LogLine("\x1b" * 100_000), LOOK)).count("␛") > 60_000


def test_levels_times_and_matches_are_told() -> None:
    look = Look(Moment(NOW, MONOTONIC), levels=True, needle="SLOW")
    line = log_line.line(LogLine("upstream slow, slow", NOW - 60, "warning"), look)
    assert text_of(line).startswith("03:11:44 WARN  upstream")
    assert [span.text for span in line if "reverse" in span.style] == ["slow", "slow"]
    assert said_level("[ERROR] no") == "error" and said_level("2026-01-02 03:04:05,123 WARN x") == "warn"
    assert said_level("errors were made") is None


def test_times_to_jump_to() -> None:
    def told(text: str) -> str | None:
        at = log_time.moment(text, NOW, NOW, UTC)
        return None if at is None else f"{datetime.fromtimestamp(at, UTC):%m-%d %H:%M:%S}"

    assert told("-5m") == "11-22 03:07:44" and told("03:12") == "11-22 03:12:00"
    assert told("23:50:01") == "11-21 23:50:01" and told("2026-11-20T01:02") == "11-20 01:02:00"
    assert told("25:00") is None and told("soon") is None and told("-9999999999d") is None


def test_a_line_end_of_two_characters_overwrites_nothing() -> None:
    assert ansi.overwritten("one\r\ntwo\r\n").split() == ["one", "two"]
    assert ansi.overwritten("10%\r20%\r\n").strip() == "20%"
