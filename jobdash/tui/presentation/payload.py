"""What had to be asked for besides the job's own row: the server's figures, and the age of that reading."""

from collections.abc import Iterator

from jobdash.engine.monitor import DetailView
from jobdash.tui.presentation import age
from jobdash.tui.presentation.age import Moment
from jobdash.tui.presentation.json_line import scalar
from jobdash.tui.presentation.safe import one_line, wrap
from jobdash.tui.presentation.spans import EMPTY, Line, Span, noted

METRICS, LONGEST, LABEL = 20, 400, 10


def lines(view: DetailView | None, moment: Moment, width: int, *, awaited: bool) -> Iterator[Line]:
    """Figures, then the age; or why there are none. Of a job that is gone no more is `awaited`."""
    if view is None:
        return
    if view.problem:
        yield from noted("! ", f"details: {view.problem}", width, "server-stale")
    if view.detail is None:
        if not view.problem and awaited:
            yield (Span("reading the details …", "quiet"),)
        return
    metrics = list(view.detail.metrics.items())
    for name, value in metrics[:METRICS]:
        yield from _metric(name, value, width)
    if view.read_at is not None:
        if metrics:
            yield EMPTY
        yield (Span(f"details read {age.spoken(age.stepped(moment.monotonic - view.read_at))}", "quiet"),)


def _metric(name: str, value: object, width: int) -> Iterator[Line]:
    label = one_line(name[:LONGEST])
    told = one_line((value if isinstance(value, str) else scalar(value))[:LONGEST])
    room = max(LABEL, len(label) + 2)
    for index, text in enumerate(wrap(told, max(10, width - room), 3)):
        yield (Span(f"{label if not index else '':<{room}}", "quiet"), Span(text))
