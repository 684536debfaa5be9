"""A group of failures as two lines, and what there is to say about the one under the cursor."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jobdash.engine.failures import WHERE, Group
from jobdash.engine.runbooks import Runbook
from jobdash.model.job import Job
from jobdash.tui.presentation import age
from jobdash.tui.presentation.age import Moment
from jobdash.tui.presentation.safe import fit, one_line, pad, wrap
from jobdash.tui.presentation.spans import Line, Span, cut, spread
from jobdash.tui.presentation.sparkline import sparkline

STEPS = 8
HOUR = 3600.0
NAMED = 2


def lines(group: Group, total: int, moment: Moment, width: int) -> tuple[Line, Line]:
    """What failed how often, and below it where and since when."""
    share = f"{100 * group.count / total:.0f} %" if total else ""
    figures = f"{group.count:>7,} {share:>5}  "
    spark = sparkline(group.over_time(*_span(group, moment), STEPS))
    right: Line = (Span(pad(age.short(moment.now - group.last_seen), 5, "right") + " ", "quiet"),)
    if group.new:
        right = (Span("NEW  ", "bold alert"), *right)
    room = width - len(figures) - STEPS - 3 - sum(span.width for span in right)
    title = fit(one_line(group.fingerprint.title), max(8, room))
    head: Line = (Span(figures, "bold"), Span(spark, "heading"), Span("  "), Span(title))
    frame = one_line(group.fingerprint.frame)
    indent = len(figures) + STEPS + 2
    told = " · ".join(part for part in (frame, *map(one_line, places(group))) if part)
    return spread(head, right, width), cut((Span(" " * indent), Span(fit(told, width - indent), "quiet")), width)


def _span(group: Group, moment: Moment) -> tuple[float, float]:
    """From its first failure, or the last hour when that is longer ago, until now."""
    start = min(group.first_seen, moment.now - HOUR)
    return start, max(moment.now, group.last_seen)


def places(group: Group) -> Iterator[str]:
    """The servers, queues, types and workers, the most frequent first."""
    for name in WHERE:
        counter: Counter[str] = group.where[name]
        if counter:
            most = [value for value, _ in counter.most_common(NAMED)]
            more = len(counter) - len(most)
            yield ", ".join(most) + (f" +{more} {name}s" if more else "")


@dataclass(frozen=True, slots=True)
class Example:
    """One of the jobs that failed alike, where it failed, and what to do about it."""

    job: Job
    where: str
    runbooks: Sequence[Runbook]


def about(group: Group, example: Example, moment: Moment, width: int) -> list[Line]:
    """What is said of the group under the cursor: times, fingerprint, one example, what to do."""
    first = age.spoken(moment.now - group.first_seen)
    said: list[Line] = [
        (
            Span("first seen ", "quiet"),
            Span(first),
            Span("   last ", "quiet"),
            Span(age.spoken(moment.now - group.last_seen)),
            Span("   fingerprint ", "quiet"),
            Span(group.fingerprint.id),
        )
    ]
    said.append((Span("for example  ", "quiet"), Span(one_line(group.example.id), "bold")))
    if example.where:
        said.append((Span("in  ", "quiet"), Span(one_line(example.where), "heading")))
    said.extend((Span(text, "job-failed"),) for text in wrap(one_line((example.job.error or "")[:600]), width, 3))
    said.extend(runbook_lines(example.runbooks, width))
    return [cut(line, width) for line in said]


def runbook_lines(runbooks: Sequence[Runbook], width: int) -> Iterator[Line]:
    """`→ ` before each, because it says what to do next."""
    for book in runbooks[:3]:
        told = "  ".join(part for part in (one_line(book.text), one_line(book.link)) if part)
        for index, text in enumerate(wrap(told, width - 2, 4)):
            yield (Span("→ " if not index else "  ", "brand"), Span(text, "brand"))
