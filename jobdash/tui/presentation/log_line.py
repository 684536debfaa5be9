"""One line of a log as it is drawn: whose it is, time, level and text; folded, shifted, and marked where it matches."""

import re
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from jobdash.model.log import LogLine
from jobdash.tui.presentation import age, ansi
from jobdash.tui.presentation.age import Moment
from jobdash.tui.presentation.safe import ELLIPSIS, fit, one_line, pad
from jobdash.tui.presentation.spans import Line, Span

LONGEST: Final = 65_536
"""Characters of one line that are drawn; the rest is counted, and saved to a file as far as it is kept."""

LEVELS: Final = {
    "critical": ("CRIT", "bold job-failed"),
    "fatal": ("FATAL", "bold job-failed"),
    "error": ("ERROR", "job-failed"),
    "err": ("ERROR", "job-failed"),
    "warning": ("WARN", "job-stuck"),
    "warn": ("WARN", "job-stuck"),
    "info": ("INFO", "quiet"),
    "debug": ("DEBUG", "quiet"),
    "trace": ("TRACE", "quiet"),
}
LOUD: Final = frozenset({"critical", "fatal", "error", "err", "warning", "warn"})
SAID: Final = re.compile(rf"\W{{0,3}}(?:[\d:.,TZ/+-]{{1,24}}\W{{1,3}}){{0,2}}({'|'.join(LEVELS)})\b", re.IGNORECASE)
TIME: Final = 8


@dataclass(frozen=True, slots=True)
class Look:
    """How a whole log is shown. `columns` says whether any line has a level of its own; `needle` is marked."""

    moment: Moment
    times: bool = True
    levels: bool = False
    needle: str = ""
    prefix_width: int = 0


def line(entry: LogLine, look: Look, prefix: str = "", *, aside: bool = False) -> Line:
    """The line at its full length, within reason; `aside` for one that is only there as context."""
    head: list[Span] = []
    if look.prefix_width:
        head.append(Span(pad(fit(one_line(prefix), look.prefix_width, "end"), look.prefix_width) + " ", "heading"))
    if look.times:
        told = age.clock(entry.at, look.moment) if entry.at is not None else ""
        head.append(Span(f"{told:<{TIME}} ", "quiet"))
    level = entry.level or said_level(entry.text)
    word, style = LEVELS.get(level or "", (one_line((level or "")[:5]).upper(), "quiet"))
    if look.levels:
        head.append(Span(f"{fit(word, 5):<5} ", style))
    base = "stale" if aside else style.removeprefix("bold ") if level in LOUD else ""
    text = ansi.line(entry.text[:LONGEST], base)
    if len(entry.text) > LONGEST:
        text = (*text, Span(f"{ELLIPSIS} {len(entry.text) - LONGEST:,} more characters", "quiet"))
    return (*head, *(marked(text, look.needle) if look.needle else text))


def said_level(text: str) -> str | None:
    """The level that a line begins with, where its server does not tell one."""
    found = SAID.match(text[:64])
    return found[1].lower() if found is not None else None


def marked(text: Line, needle: str) -> Line:
    """The same line with every place reversed at which the needle stands."""
    whole = "".join(span.text for span in text)
    wanted = needle.casefold()
    folded = whole.casefold()
    if len(folded) != len(whole) or wanted not in folded:
        return text
    places: list[tuple[int, int]] = []
    at = folded.find(wanted)
    while at >= 0 and len(places) < 1000:
        places.append((at, at + len(wanted)))
        at = folded.find(wanted, at + len(wanted))
    return tuple(_split(text, places))


def _split(text: Line, places: list[tuple[int, int]]) -> list[Span]:
    edges = sorted({edge for place in places for edge in place})
    inside = {start for start, _ in places}
    spans: list[Span] = []
    at, marking = 0, False
    for span in text:
        end, style = at + len(span.text), span.style
        cuts = [edge for edge in edges if at <= edge < end]
        begin = at
        for cut in (*cuts, end):
            if cut > begin:
                spans.append(Span(span.text[begin - at : cut - at], f"reverse {style}".strip() if marking else style))
            marking = cut in inside if cut in cuts else marking
            begin = cut
        at = end
    return spans


def folded(content: Line, width: int) -> list[Line]:
    """The line in rows of `width` cells; folded anywhere, because a log is not prose."""
    rows: list[Line] = []
    row: list[Span] = []
    room = width
    for span in content:
        text = span.text
        while text:
            part = _head(text, room)
            if part:
                row.append(Span(part, span.style))
                room -= cell_len(part)
                text = text[len(part) :]
            elif not row:
                row, text = [Span("?", span.style)], text[1:]
            if text:
                rows.append(tuple(row))
                row, room = [], width
    rows.append(tuple(row))
    return rows


def shifted(content: Line, by: int) -> Line:
    """The line without its first `by` cells."""
    kept: list[Span] = []
    for span in content:
        if by <= 0:
            kept.append(span)
            continue
        part = _head(span.text, by)
        by -= cell_len(part)
        rest = span.text[len(part) :]
        if rest and by > 0:
            rest, by = " " + rest[1:], 0
        kept.append(Span(rest, span.style))
    return tuple(span for span in kept if span.text)


def _head(text: str, cells: int) -> str:
    """As much of the start as fits."""
    if text.isascii():
        return text[:cells]
    taken = 0
    for index, char in enumerate(text):
        taken += cell_len(char)
        if taken > cells:
            return text[:index]
    return text
