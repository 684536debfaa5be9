"""The lower part of a question: what is to be typed, the two answers, and the countdown after a yes."""

from collections.abc import Iterator, Sequence

from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.spans import EMPTY, Line, Span, spread

LABEL = 14


def field(label: str, text: str, width: int, *, marked: bool, missing: bool) -> Line:
    """`type 131  13▏`: one thing to type."""
    style = "bold key" if marked else "alert" if missing else "quiet"
    shown = fit(one_line(text), width - LABEL - 3, "end")
    cursor = Span(" ", "reverse key") if marked else Span("…" if missing else "", "alert")
    return (Span("▸ " if marked else "  ", "key"), Span(f"{label:<{LABEL - 2}}", style), Span(shown), cursor, Span(" "))


def answers(safe: str, act: str, hint: str, width: int, *, marked: int | None) -> Line:
    """`[ Keep the job ]  Cancel the job`; `marked` is 0 for the safe answer, 1 for the other, None for neither."""
    spans = [_answer(text, index == marked) for index, text in enumerate((safe, act))]
    return spread((spans[0], Span("  "), spans[1]), (Span(hint, "quiet"),), width)


def _answer(text: str, marked: bool) -> Span:
    return Span(f"[ {text} ]", "bold reverse key") if marked else Span(f"  {text}  ")


def countdown(act: str, seconds: int) -> Iterator[Line]:
    """What stands there while a yes can still be taken back."""
    yield (Span(f"{act} in {seconds} s", "bold danger"), Span("   esc cancels", "bold"))


def parts(*groups: Sequence[Line]) -> list[Line]:
    """Groups of lines, parted by an empty one."""
    lines: list[Line] = []
    for group in filter(None, groups):
        lines += [EMPTY, *group] if lines else group
    return lines
