"""When a running job will be done, how sure that is, and how long it has not moved. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

from jobdash.engine.histories import Sample
from jobdash.model.job import Job

FEWEST = 3
SURE = 2.0
"""Standard errors to each side: about nineteen of twenty."""

ROUGHEST = 10.0
"""A range that ends later than so many times the estimate is no estimate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Seconds from now: the likely value and its range; `most` is None when it may take much longer.

    `rate` is in percent a second, None where only the type's median is known. `source` says what it rests on.
    """

    likely: float
    least: float
    most: float | None
    rate: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Standstill:
    """Seconds since the last progress, and the median time between two steps before that."""

    since: float
    step: float | None


def estimate(job: Job, samples: Sequence[Sample], usual: tuple[float, float] | None, now: float) -> Estimate | None:
    """From the job's own progress; else from the median (p50, p95) of its type; else nothing is claimed."""
    if not job.state.active or (job.progress is None and job.started_at is None):
        return None
    return _from_progress(samples, now) or _from_type(job, usual, now)


def _from_progress(samples: Sequence[Sample], now: float) -> Estimate | None:
    if len(samples) < FEWEST or samples[-1][1] >= 100:
        return None
    size = len(samples)
    mean_t = sum(t for t, _ in samples) / size
    mean_p = sum(p for _, p in samples) / size
    spread = sum((t - mean_t) ** 2 for t, _ in samples)
    if spread <= 0:
        return None
    rate = sum((t - mean_t) * (p - mean_p) for t, p in samples) / spread
    if rate <= 0:
        return None
    off = sum((p - mean_p - rate * (t - mean_t)) ** 2 for t, p in samples)
    error = sqrt(off / max(1, size - 2) / spread)
    last, progress = samples[-1]
    left, passed = 100 - progress, now - last
    slowest = rate - SURE * error
    most = left / slowest - passed if slowest > 0 else None
    likely = left / rate - passed
    if passed > 3 * (last - samples[0][0]):
        return None
    if most is not None and most > ROUGHEST * max(1.0, likely):
        most = None
    return Estimate(
        likely=max(0.0, likely),
        least=max(0.0, left / (rate + SURE * error) - passed),
        most=None if most is None else max(0.0, most),
        rate=rate,
        source=f"its own last {size} steps",
    )


def _from_type(job: Job, usual: tuple[float, float] | None, now: float) -> Estimate | None:
    if usual is None or job.started_at is None:
        return None
    p50, p95 = usual
    ran = now - job.started_at
    if ran >= p95:
        return None
    least = max(0.0, min(p50, p95) - ran)
    return Estimate(
        likely=least, least=0.0, most=p95 - ran, rate=None, source=f"the median of {job.type or 'its type'}"
    )


def standstill(job: Job, samples: Sequence[Sample], now: float) -> Standstill | None:
    """How long a job at work has not moved; None while that is nothing unusual."""
    if not job.state.active or not samples:
        return None
    since = now - samples[-1][0]
    gaps = [after[0] - before[0] for before, after in zip(samples, list(samples)[1:], strict=False)]
    step = median(gaps) if len(gaps) >= FEWEST else None
    if since < max(60.0, 5 * (step or 0.0)):
        return None
    return Standstill(since, step)
