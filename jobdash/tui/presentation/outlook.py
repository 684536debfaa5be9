"""What is to be expected of a job at work: when it will be done, how sure that is, and whether it stands still."""

from collections.abc import Iterator

from jobdash.engine.estimate import Estimate, Standstill
from jobdash.model.job import Job
from jobdash.tui.presentation import age
from jobdash.tui.presentation.safe import one_line, wrap
from jobdash.tui.presentation.spans import Line, Span, noted


def lines(job: Job, estimate: Estimate | None, standstill: Standstill | None, width: int) -> Iterator[Line]:
    """`done in ~40s (35s to 50s), from its own last 12 steps`."""
    if standstill is not None:
        step = f"; median step {age.span(standstill.step)}" if standstill.step is not None else ""
        yield from noted("! ", f"no progress for {age.span(standstill.since)}{step}", width, "job-stuck")
    if estimate is None:
        return
    least, likely = age.span(estimate.least), age.span(estimate.likely)
    most = "much longer" if estimate.most is None else age.span(estimate.most)
    told = f"done in ~{likely}" + ("" if least == likely == most else f" ({least} to {most})")
    if estimate.rate is not None:
        told += f", {rate(job, estimate.rate)}"
    for text in wrap(f"{told}, from {one_line(estimate.source)}", width, 3):
        yield (Span(text, "quiet"),)


def rate(job: Job, percent_a_second: float) -> str:
    """In the server's own unit where it counts something, else in percent."""
    unit, total = ("", job.fraction[1]) if job.fraction is not None else (" %", 100.0)
    a_second = percent_a_second * total / 100
    if a_second >= 1:
        return f"{a_second:.1f}{unit}/s"
    if a_second * 60 >= 1:
        return f"{a_second * 60:.1f}{unit}/min"
    return f"{a_second * 3600:.1f}{unit}/h"
