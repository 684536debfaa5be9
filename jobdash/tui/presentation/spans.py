"""What presentation speaks in: pieces of text with the name of a style. How the name looks is a theme's business."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rich.cells import cell_len

from jobdash.tui.presentation.hidden import hidden
from jobdash.tui.presentation.safe import fit, one_line, wrap


class Span(NamedTuple):
    """`style` is a theme variable, optionally after words such as `bold`; empty means ordinary ink.

    `text` is already safe to show: no control character, no newline.
    """

    text: str
    style: str = ""

    @property
    def width(self) -> int:
        return cell_len(self.text)


Line = tuple[Span, ...]
"""One line of the screen, left to right."""

EMPTY: Line = ()


def width_of(line: Iterable[Span]) -> int:
    """The cells that a line fills."""
    return sum(span.width for span in line)


def text_of(line: Iterable[Span]) -> str:
    """The line without its styles."""
    return "".join(span.text for span in line)


def restyled(line: Iterable[Span], style: str) -> Line:
    """The same text in one style, as for data that can no longer be trusted."""
    return tuple(Span(span.text, style) for span in line)


def without_ids(line: Line) -> Line:
    """The same line with ids hidden, also one that changes its style on the way."""
    text = text_of(line)
    told = hidden(text)
    if told == text:
        return line
    spans, at = [], 0
    for span in line:
        spans.append(Span(told[at : at + len(span.text)], span.style))
        at += len(span.text)
    return tuple(spans)


def joined(parts: Iterable[Line], gap: str = "  ") -> Line:
    """The parts that are not empty, side by side."""
    spans: list[Span] = []
    for part in parts:
        if not part:
            continue
        if spans:
            spans.append(Span(gap))
        spans.extend(part)
    return tuple(spans)


def spread(left: Line, right: Line, width: int) -> Line:
    """`left` and `right` at the two ends of a line; the right end goes first when there is no room for both."""
    room = width - width_of(left) - width_of(right)
    if room < 1:
        return left
    return (*left, Span(" " * room), *right)


def cut(line: Iterable[Span], width: int) -> Line:
    """As much of the line as fits; what is missing is said by `…`."""
    kept: list[Span] = []
    for span in line:
        text = fit(span.text, width)
        kept.append(Span(text, span.style))
        width -= cell_len(text)
        if width <= 0:
            break
    return tuple(kept)


def noted(mark: str, text: str, width: int, style: str) -> Iterator[Line]:
    """A remark of at most four lines, hanging from its mark."""
    for index, part in enumerate(wrap(one_line(text), width - len(mark), 4)):
        yield (Span((mark if not index else " " * len(mark)) + part, style),)
