"""The one gate for text that a server wrote: nothing passes that could move the cursor, hide or reorder characters.

Markup needs no escaping here, because nothing in jobdash ever parses markup in a server's text.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Literal

from rich.cells import cell_len

from jobdash.tui.presentation.hidden import hidden

ELLIPSIS: Final = "…"
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
MARKS_IN_A_ROW: Final = 3
"""Real scripts stack up to three combining marks; more is somebody painting over other lines."""

SUSPECT = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u0300-\u036f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff"
    r"\U000e0000-\U000e0fff]"
)
FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0")
BREAKS: Final = frozenset("\n\r\u2028\u2029\x85\x0b\x0c")
FIRST_FLAG, LAST_FLAG = 0x1F1E6, 0x1F1FF
FIRST_TONE, LAST_TONE = 0x1F3FB, 0x1F3FF
DROPPED_CATEGORIES: Final = frozenset({"Cf", "Mn", "Me"})


def one_line(value: object) -> str:
    """`value` as one harmless line: line ends become `⏎`, tabs a space, other controls their visible pictures."""
    text = value if isinstance(value, str) else str(value)
    return text if text.isascii() and text.isprintable() else _one_line(text)


@lru_cache(4096)
def _one_line(text: str) -> str:
    if SUSPECT.search(text) is None and not _may_combine(text):
        return text
    return _limit_marks("".join(map(_harmless, text.replace("\r\n", "\n").rstrip("\r\n"))))


def lines_of(value: object, limit: int = 1000) -> list[str]:
    """`value` as harmless lines, at most `limit`; tabs become four spaces."""
    text = value if isinstance(value, str) else str(value)
    parts = re.split(r"\r\n|[\n\r\u2028\u2029\x85\x0b\x0c]", text, maxsplit=limit)
    return [one_line(part.replace("\t", "    ")) for part in parts[:limit]]


def _may_combine(text: str) -> bool:
    return not text.isascii() and any(unicodedata.combining(char) for char in text)


def _harmless(char: str) -> str:
    code = ord(char)
    if char in BREAKS:
        return "⏎"
    if char == "\t":
        return " "
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if code < 0xA0 and code >= 0x80:
        return REPLACEMENT
    if 0xD800 <= code <= 0xDFFF:
        return REPLACEMENT
    if FIRST_FLAG <= code <= LAST_FLAG:
        # A flag is two of these: terminals disagree on their width, two letters are always two cells.
        return chr(code - FIRST_FLAG + ord("A"))
    if FIRST_TONE <= code <= LAST_TONE or 0xFE00 <= code <= 0xFE0F:
        return ""
    if char in FILLERS:
        return ""
    category = unicodedata.category(char)
    return "" if category in DROPPED_CATEGORIES and not unicodedata.combining(char) else char


def _limit_marks(text: str) -> str:
    kept: list[str] = []
    run = MARKS_IN_A_ROW  # a mark at the very start would sit on whatever stands to its left
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= MARKS_IN_A_ROW:
            kept.append(char)
    return "".join(kept)


def fit(text: str, width: int, keep: Literal["start", "end"] = "start") -> str:
    """Safe `text` in at most `width` cells; what is cut is said by `…`, and the `keep` end stays."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text
    if keep == "end":
        return ELLIPSIS + _take(reversed(text), width - 1)[::-1]
    return _take(text, width - 1) + ELLIPSIS


def _take(chars: Iterable[str], width: int) -> str:
    taken: list[str] = []
    for char in chars:
        width -= cell_len(char)
        if width < 0:
            break
        taken.append(char)
    return "".join(taken)


def pad(text: str, width: int, align: Literal["left", "right"] = "left") -> str:
    """Safe `text` in exactly `width` cells; it must already fit."""
    room = " " * max(0, width - cell_len(text))
    return room + text if align == "right" else text + room


def wrap(text: str, width: int, limit: int = 1000) -> list[str]:
    """Safe `text` folded at spaces into lines of at most `width` cells, and inside a word only when it is too long."""
    lines: list[str] = []
    line = ""
    for word in re.findall(r"\s*\S+|\s+$", hidden(text)):
        if cell_len(line + word) <= width:
            line += word
            continue
        if line:
            lines.append(line)
        line = word.lstrip() if lines else word
        while cell_len(line) > width:
            head = _take(line, width) or line[0]
            lines.append(head)
            line = line[len(head) :]
        if len(lines) >= limit:
            break
    if line or not lines:
        lines.append(line)
    return lines[:limit]
