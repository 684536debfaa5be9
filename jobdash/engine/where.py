"""Where a job failed, by what its server tells in full: a traceback, an attempt, or its log. Pure."""

from collections.abc import Iterator

from jobdash.model.frames import innermost
from jobdash.model.job import Detail

LINES = 500
"""The end of a log in which a traceback is looked for."""


def frame_in(detail: Detail) -> str | None:
    """The innermost own frame, `parse.py:118 in fetch_page`; None when nothing tells one."""
    return next((frame for text in _told(detail) if (frame := innermost(text)) is not None), None)


def _told(detail: Detail) -> Iterator[str]:
    if detail.traceback:
        yield detail.traceback
    yield from (attempt.traceback for attempt in reversed(detail.attempts) if attempt.traceback)
    end = [line.text for line in detail.logs[-LINES:]]
    begins = [place for place, text in enumerate(end) if "Traceback (most recent" in text]
    if end:
        yield "\n".join(end[begins[-1] if begins else 0 :])
