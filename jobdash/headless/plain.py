"""Text that a server wrote, made harmless for a terminal and a pipe, and how many cells it takes."""

import re
import unicodedata

SUSPECT = re.compile(r"[^\x20-\x7e]")
BREAKS = frozenset("\n\r\x0b\x0c\x85\u2028\u2029")
DROPPED = frozenset({"Cf", "Cs", "Cn", "Co"})
MARKS_IN_A_ROW = 3
"""Real scripts stack up to three combining marks; more is somebody painting over other lines."""


def plain(value: object) -> str:
    """`value` on one line: line ends become `⏎`, tabs spaces, other controls their visible pictures."""
    text = value if isinstance(value, str) else str(value)
    if SUSPECT.search(text) is None:
        return text
    seen: list[str] = []
    marks = MARKS_IN_A_ROW
    for char in text.replace("\r\n", "\n").rstrip("\r\n"):
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= MARKS_IN_A_ROW:
            seen.append(_harmless(char))
    return "".join(seen)


def _harmless(char: str) -> str:
    code = ord(char)
    if char in BREAKS:
        return "⏎"
    if char == "\t":
        return "    "
    if code < 0x20:
        return chr(0x2400 + code)
    if 0x7F <= code < 0xA0:
        return "\N{REPLACEMENT CHARACTER}"
    if unicodedata.category(char) in DROPPED or 0xFE00 <= code <= 0xFE0F:
        return ""
    return char


def cells(text: str) -> int:
    """How many cells of a terminal harmless text takes."""
    if text.isascii():
        return len(text)
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def fit(text: str, width: int) -> str:
    """Harmless text in at most `width` cells; what is cut is said by `…`."""
    if cells(text) <= width:
        return text
    taken: list[str] = []
    room = width - 1
    for char in text:
        room -= _width(char)
        if room < 0:
            break
        taken.append(char)
    return "".join(taken) + "…" if width > 0 else ""


def pad(text: str, width: int) -> str:
    """Harmless text with spaces up to `width` cells."""
    return text + " " * max(0, width - cells(text))
