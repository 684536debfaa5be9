"""What a query may ask about besides the job itself."""

from collections.abc import Callable
from dataclasses import dataclass, field

from jobdash.engine.percentiles import Percentiles
from jobdash.model.job import Detail, JobKey


def _no(_: JobKey) -> bool:
    return False


def _nothing(_: JobKey) -> Detail | None:
    return None


@dataclass(slots=True, kw_only=True)
class Context:
    """`now` is seconds since the epoch; `timer` measures how long a pattern takes, in seconds."""

    now: Callable[[], float]
    timer: Callable[[], float]
    detail: Callable[[JobKey], Detail | None] = _nothing
    stale: Callable[[JobKey], bool] = _no
    gone: Callable[[JobKey], bool] = _no
    marked: Callable[[JobKey], bool] = _no
    percentiles: Percentiles = field(default_factory=Percentiles)
