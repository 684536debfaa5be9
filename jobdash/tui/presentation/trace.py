"""A traceback, highlighted: where it happened and what happened stand out, the rest stays quiet."""

import re
from collections.abc import Iterator
from typing import Final

from jobdash.model.frames import LONGEST, frame_of, is_own
from jobdash.tui.presentation.safe import lines_of, wrap
from jobdash.tui.presentation.spans import Line, Span

MOST_LINES: Final = 400
MOST_TEXT: Final = 200_000

KINDS: Final = "Error|Exception|Exit|Interrupt|Fault|Warning|Timeout"
ERROR: Final = re.compile(rf"(?:Caused by: )?(?P<kind>[A-Za-z_][\w.$]*(?:{KINDS})[\w.]*)(?::|$)")


def lines(text: str, width: int) -> Iterator[Line]:
    """The end of a traceback, where the cause stands, folded to a width."""
    for part in lines_of(text[-MOST_TEXT:], MOST_TEXT)[-MOST_LINES:]:
        yield from _line(part, width)


def _line(text: str, width: int) -> Iterator[Line]:
    if (error := ERROR.match(text[:LONGEST])) is not None:
        folded = wrap(text, width, 20)
        kind = error["kind"]
        head, _, rest = folded[0].partition(kind)
        yield (Span(head, "quiet"), Span(kind, "bold job-failed"), Span(rest))
        for more in folded[1:]:
            yield (Span(more),)
        return
    frame = frame_of(text)
    if frame is None:
        for more in wrap(text, width, 20):
            yield (Span(more, "" if text.startswith("    ") else "quiet"),)
        return
    yield from _frame(text, frame, width)


def _frame(text: str, frame: re.Match[str], width: int) -> Iterator[Line]:
    own = is_own(text)
    folded = wrap(text, width, 4)
    if len(folded) > 1 or not own:
        for more in folded:
            yield (Span(more, "heading" if own else "quiet"),)
        return
    spans: list[Span] = []
    at = 0
    for name in sorted(("file", "line", "name"), key=frame.start):
        spans.append(Span(text[at : frame.start(name)], "quiet"))
        spans.append(Span(frame[name], "heading" if name != "name" else ""))
        at = frame.end(name)
    yield (*spans, Span(text[at:], "quiet"))
