"""Text from a server is hostile until proven otherwise."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from jobdash.tui.presentation.safe import fit, lines_of, one_line, pad, wrap


@given(st.text(st.characters(), max_size=200))
def test_nothing_that_moves_hides_or_reorders_passes(text: str) -> None:
    for shown in (one_line(text), *lines_of(text)):
        for char in shown:
            assert unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp"), repr(char)


def test_escape_sequences_become_pictures() -> None:
    assert one_line("\x1b[31mred\x07") == "␛[31mred␇"
    assert one_line("\x9b2J") == "\N{REPLACEMENT CHARACTER}2J"
    assert one_line("a\r\nb\tc\x00") == "a⏎b c␀"
    assert one_line("abc\n") == "abc"


def test_bidi_zero_width_and_surrogates_go() -> None:
    assert one_line("a\u202eb\u2066c\u200bd\ufeff") == "abcd"
    assert one_line("x\ud800y") == "x\N{REPLACEMENT CHARACTER}y"


def test_markup_stays_text() -> None:
    assert one_line("[bold red]x[/]") == "[bold red]x[/]"


def test_marks_are_kept_but_not_piled_up() -> None:
    assert one_line("e\u0301") == "e\u0301"
    assert one_line("a" + "\u0301" * 50) == "a" + "\u0301" * 3
    assert one_line("\u0301a") == "a"


def test_what_terminals_disagree_about_is_made_plain() -> None:
    assert one_line("🇩🇪") == "DE"
    assert one_line("👍🏽") == "👍"
    assert one_line("❤\ufe0f") == "❤"


@given(st.text(max_size=60), st.integers(0, 30))
def test_fitted_text_never_exceeds_its_cells(text: str, width: int) -> None:
    safe = one_line(text)
    assert cell_len(fit(safe, width)) <= width
    assert cell_len(fit(safe, width, "end")) <= width
    assert cell_len(pad(fit(safe, width), width)) == width


def test_the_end_that_tells_apart_stays() -> None:
    assert fit("123e4567-426614174000", 8, "end") == "…4174000"
    assert fit("parse_document", 8) == "parse_d…"
    assert fit("文書の解析", 6) == "文書…"


@given(st.text(max_size=200), st.integers(1, 40))
def test_wrapped_lines_fit_and_lose_no_letter(text: str, width: int) -> None:
    safe = one_line(text)
    folded = wrap(safe, width, 10_000)
    assert all(cell_len(line) <= width or len(line) == 1 for line in folded)
    assert "".join(folded).replace(" ", "") == safe.replace(" ", "") or any(c.isspace() and c != " " for c in safe)
