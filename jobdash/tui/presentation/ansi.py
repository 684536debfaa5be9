"""A log line as its writer meant it for a terminal: colours stay, every other escape sequence goes, nothing acts.

Colours become names of the theme, so that they can be read on any ground. What stays passes the gate in `safe.py`.
"""

import re
from collections.abc import Iterator
from typing import Final

from jobdash.tui.presentation.safe import one_line
from jobdash.tui.presentation.spans import Line, Span

ESCAPE: Final = re.compile(
    r"(?:\x1b\[|\x9b)(?P<csi>[0-?]{0,256})[ -/]{0,16}(?P<end>[@-~])"
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]{0,4096}(?:\x07|\x1b\\|\x9c)"
    r"|(?:\x1b[P_^X]|[\x90\x98\x9e\x9f])[^\x1b\x9c]{0,65536}(?:\x1b\\|\x9c)"
    r"|\x1b[ -/]{0,16}[0-OQ-WYZ\\`-~]"
)
"""CSI; OSC; DCS, APC, PM and SOS; the short ones. One that is not complete is shown as what it is."""

HUES: Final = ("quiet", "job-failed", "job-completed", "job-stuck", "job-running", "job-paused", "brand", "")
"""The eight colours of a terminal: black, red, green, yellow, blue, magenta, cyan, white."""

WORDS: Final = {1: "bold", 3: "italic", 4: "underline", 7: "reverse"}
OFF: Final = {22: "bold", 23: "italic", 24: "underline", 27: "reverse"}
TAB: Final = " " * 4


class Pen:
    """The style in force between two sequences."""

    def __init__(self, base: str = "") -> None:
        self._base = base
        self._words: dict[str, None] = {}
        self._hue: str | None = None

    @property
    def style(self) -> str:
        hue = self._base if self._hue is None else self._hue
        return " ".join((*self._words, hue)).strip()

    def obey(self, codes: str) -> None:
        """Takes an SGR sequence into account; what it does not know it leaves alone."""
        numbers = iter(int(code) if code.isdigit() and len(code) < 5 else 0 for code in re.split("[;:]", codes))
        for number in numbers:
            if number == 0:
                self._words.clear()
                self._hue = None
            elif number in WORDS:
                self._words[WORDS[number]] = None
            elif number in OFF:
                self._words.pop(OFF[number], None)
            elif number == 2:
                self._hue = "quiet"
            elif 30 <= number <= 37 or 90 <= number <= 97:
                self._hue = HUES[number % 10]
            elif number == 39:
                self._hue = None
            elif number in (38, 48, 58):
                hue = _extended(numbers)
                self._hue = hue if number == 38 and hue is not None else self._hue


def _extended(numbers: Iterator[int]) -> str | None:
    """256 and true colours, as the nearest of the eight."""
    kind = next(numbers, None)
    if kind == 5:
        return _of_256(next(numbers, 0))
    if kind == 2:
        red, green, blue = (next(numbers, 0) for _ in range(3))
        return _nearest(red, green, blue)
    return None


def _of_256(index: int) -> str:
    if index < 16:
        return HUES[index % 8]
    if index >= 232:
        return "quiet" if index < 244 else ""
    index -= 16
    return _nearest(index // 36 * 51, index // 6 % 6 * 51, index % 6 * 51)


def _nearest(red: int, green: int, blue: int) -> str:
    most = max(red, green, blue)
    if most < 64:
        return "quiet"
    return HUES[(red * 2 > most) + 2 * (green * 2 > most) + 4 * (blue * 2 > most)]


def line(text: str, base: str = "") -> Line:
    """Harmless spans of one log line; of a progress bar that overwrote itself the last state is left."""
    if text.isascii() and text.isprintable():
        return (Span(text, base),) if text else ()
    pen, spans, at = Pen(base), [], 0
    text = overwritten(text)
    for found in ESCAPE.finditer(text):
        if found.start() > at:
            spans.append(_span(text[at : found.start()], pen))
        if found["end"] == "m" and not found["csi"].startswith(("<", "=", ">", "?")):
            pen.obey(found["csi"])
        at = found.end()
    if at < len(text):
        spans.append(_span(text[at:], pen))
    return tuple(span for span in spans if span.text)


def overwritten(text: str) -> str:
    """What is left of a line after its carriage returns: the last part that says something; `\r\n` ends a line."""
    text = text.replace("\r\n", "\n")
    if "\r" not in text:
        return text
    return "\n".join(
        next((part for part in reversed(line.split("\r")) if part.strip()), "") for line in text.split("\n")
    )


def _span(text: str, pen: Pen) -> Span:
    return Span(one_line(text.replace("\t", TAB)), pen.style)


def plain(text: str) -> str:
    """The line without its colours, harmless: for files and the clipboard."""
    return "".join(span.text for span in line(text))
