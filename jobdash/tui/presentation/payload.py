"""The heavy part of a job in text: result, data, metrics and the end of its log, with the age of that reading."""

from collections.abc import Iterable, Iterator

from jobdash.engine.monitor import DetailView
from jobdash.model.job import Detail
from jobdash.model.log import LogLine
from jobdash.tui.presentation import age, json_text
from jobdash.tui.presentation.age import Moment
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.spans import EMPTY, Line, Span, cut, noted

JSON_LINES, LOG_LINES, LONGEST = 60, 12, 4000


def lines(view: DetailView | None, moment: Moment, width: int) -> Iterator[Line]:
    """What had to be asked for, under headings, with the age of that reading."""
    if view is None:
        return
    if view.problem:
        yield from noted("! ", f"details: {view.problem}", width, "server-stale")
    if view.detail is None:
        if not view.problem:
            yield (Span("reading the details …", "quiet"),)
        return
    parts = [section for section in _sections(view.detail, width) if section]
    for index, section in enumerate(parts):
        if index:
            yield EMPTY
        yield from section
    if view.read_at is not None:
        if parts:
            yield EMPTY
        yield (Span(f"details read {age.spoken(moment.monotonic - view.read_at)}", "quiet"),)


def _sections(detail: Detail, width: int) -> Iterable[list[Line]]:
    yield _json("result", detail.result, width)
    yield _json("data", detail.data, width)
    yield _json("metrics", dict(detail.metrics) or None, width)
    yield _logs(detail.logs, width)


def _json(title: str, value: object, width: int) -> list[Line]:
    if value is None:
        return []
    return [_heading(title), *(cut(line, width) for line in json_text.pretty(value, JSON_LINES))]


LEVELS = {"error": "job-failed", "critical": "job-failed", "warning": "job-stuck", "warn": "job-stuck"}


def _logs(logs: tuple[LogLine, ...], width: int) -> list[Line]:
    if not logs:
        return []
    shown = [
        (Span(fit(one_line(entry.text[:LONGEST]), width), LEVELS.get(entry.level or "", "quiet")),)
        for entry in logs[-LOG_LINES:]
    ]
    more = f"  last {len(shown)} of {len(logs):,} lines" if len(logs) > len(shown) else ""
    return [(Span("logs", "heading"), Span(more, "quiet")), *shown]


def _heading(title: str) -> Line:
    return (Span(title, "heading"),)
