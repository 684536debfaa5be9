"""One row of the JSON tree as a line: a fold mark, the name, the value or what is folded away."""

import json
import re
from collections.abc import Mapping
from typing import Final

from jobdash.engine.masking import MASK
from jobdash.model.job import NoNumber
from jobdash.tui.presentation.json_tree import LONG, Part, Piece, Row
from jobdash.tui.presentation.safe import ELLIPSIS, fit, one_line
from jobdash.tui.presentation.spans import Line, Span, cut, width_of

LOOKS_OTHER: Final = re.compile(
    r"\s|.*\s$|$|[-+.\d]*$|-?\d[\d.]*(e[-+]?\d+)?$|(true|false|null|NaN)$|[\[{\"]", re.DOTALL
)
"""A text that could be taken for something else stands in quotes; any other is easier to read without."""

INDENT_MOST: Final = 24
"""Deeper than this the indent stays and the depth is told as a figure, so that 500 levels leave room for the value."""


def line(row: Row, width: int) -> Line:
    """The row in at most `width` cells."""
    start = (*_indent(row.depth), *_name(row))
    return cut((*start, *_value(row, max(8, width - width_of(start)))), width)


def _indent(depth: int) -> Line:
    cells = 2 * depth
    if cells <= INDENT_MOST:
        return (Span(" " * cells),)
    return (Span(f"{depth:>{INDENT_MOST - 2}}  ", "quiet"),)


def _name(row: Row) -> Line:
    mark = ("▾ " if row.open else "▸ ") if row.folds else "  "
    if isinstance(row.value, Piece):
        return (Span("  "),)
    if isinstance(row.value, Part):
        return (Span(mark, "quiet"), Span(f"{row.value.start:,} {ELLIPSIS} {row.value.stop - 1:,}", "quiet"))
    if row.name is None:
        return (Span(mark, "quiet"),)
    shown = one_line(row.name[:LONG]) if isinstance(row.name, str) else f"{row.name}"
    style = "heading" if isinstance(row.name, str) else "quiet"
    return (Span(mark, "quiet"), Span(shown or '""', style), Span("  "))


def _value(row: Row, width: int) -> Line:
    value = row.value
    if row.hidden:
        return (Span(MASK, "quiet"),)
    if isinstance(value, Piece):
        return (Span(one_line(value.text)),)
    if isinstance(value, Part):
        return ()
    if isinstance(value, Mapping):
        return (Span(f"{{{len(value):,}}}" if value else "{}", "quiet"),)
    if isinstance(value, list | tuple):
        return (Span(f"[{len(value):,}]" if value else "[]", "quiet"),)
    if isinstance(value, NoNumber):
        return (Span(one_line(value[:LONG]), "alert"), Span("  no number", "quiet"))
    if isinstance(value, str):
        return _text(value, width, open=row.open)
    return (Span(scalar(value), "quiet" if value is None else ""),)


def _text(value: str, width: int, *, open: bool) -> Line:
    if len(value) <= LONG and "\n" not in value:
        return (Span(one_line(json.dumps(value, ensure_ascii=False) if LOOKS_OTHER.match(value) else value)),)
    size = f"  {len(value):,} characters"
    if open:
        return (Span(size.strip(), "quiet"),)
    return (Span(fit(one_line(value[:LONG].lstrip()), max(4, width - len(size)))), Span(size, "quiet"))


def scalar(value: object) -> str:
    """A value that is no text, exactly: whole numbers of any size, true, null."""
    try:
        return json.dumps(value)
    except (TypeError, ValueError):
        return one_line(repr(value)[:LONG])


def copied(value: object) -> str:
    """What goes to the clipboard: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2, default=str)
