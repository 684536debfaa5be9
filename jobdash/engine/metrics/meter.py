"""Everything that is measured in one place: a server, one of its queues, or one type of its jobs."""

from collections import Counter
from collections.abc import Iterator

from jobdash.engine.metrics.baseline import Baseline
from jobdash.engine.metrics.latency import Latency
from jobdash.engine.metrics.passage import Passage, waits_since
from jobdash.engine.metrics.tally import Tally
from jobdash.engine.metrics.waiting import Waiting
from jobdash.model.job import Job
from jobdash.model.state import State

LATELY = 300.0
"""The span over which a share of failures is taken, in seconds."""

MINUTE = 60.0
SOON = 15.0
"""Seconds after which a rate may be told."""

FEWEST_ENDED = 5

WAITING = frozenset({State.PENDING})


class Meter:
    """Takes passages, gives figures. `started_at` is the monotonic time of the last sign that work is taken up."""

    __slots__ = (
        "arrivals",
        "baseline",
        "counts",
        "estimates",
        "failures",
        "finished",
        "idle_since",
        "overdue",
        "runs",
        "started_at",
        "waiting",
        "waits",
    )

    def __init__(self, now: float) -> None:
        self.counts: Counter[State] = Counter()
        self.finished, self.failures, self.arrivals = Tally(now), Tally(now), Tally(now)
        self.baseline = Baseline(now)
        self.waits, self.runs = Latency(), Latency()
        self.waiting = Waiting()
        self.estimates: dict[str, float] = {}
        self.overdue = 0
        self.started_at = now
        self.idle_since: float | None = None

    def take(self, passage: Passage, now: float) -> None:
        """A job changed its state, came or left."""
        if passage.before is not None:
            self.counts[passage.before] -= 1
        if passage.after is not None:
            self.counts[passage.after] += 1
        if passage.arrived:
            self.arrivals.add(now)
        if passage.started:
            self.started_at = now
        if passage.ended:
            self.finished.add(now)
            self.baseline.add(now, failed=passage.failed)
            if passage.failed:
                self.failures.add(now)
        if passage.waited is not None:
            self.waits.add(now, passage.waited)
        if passage.ran is not None:
            self.runs.add(now, passage.ran)

    def mark(self, before: Job | None, after: Job | None, now: float) -> None:
        """Keeps who waits, how long that will take, and who is overdue. `now` is seconds since the epoch."""
        self.overdue += _late(after) - _late(before)
        if after is not None and after.state in WAITING:
            if before is None or before.state is not after.state:
                self.waiting.put(after.key, waits_since(before, after, now))
            if after.estimated_wait is not None:
                self.estimates[after.id] = after.estimated_wait
        elif before is not None and before.state in WAITING:
            self.waiting.drop(before.key)
            self.estimates.pop(before.id, None)

    def idle_for(self, now: float, *, idle: bool) -> float:
        """For how many seconds workers have been idle beside waiting jobs, and nothing was taken up."""
        if not idle:
            self.idle_since = None
            return 0.0
        if self.idle_since is None:
            self.idle_since = now
        return now - max(self.idle_since, self.started_at)

    def rates(self, now: float) -> Iterator[tuple[str, float | None]]:
        """Throughput, arrivals, failures, and the share of failures, from what was heard."""
        covered = self.finished.covers(now, MINUTE)
        for name, tally in (("throughput", self.finished), ("arrivals", self.arrivals), ("failures", self.failures)):
            yield name, None if covered < SOON else tally.last(now, MINUTE) * MINUTE / covered
        ended, failed = self.finished.last(now, LATELY), self.failures.last(now, LATELY)
        yield "failure_rate", None if ended < FEWEST_ENDED else 100 * failed / ended
        yield "failure_burst", self.baseline.times_usual(now, ended, failed)

    def latencies(self, now: float) -> Iterator[tuple[str, float | None]]:
        """How long jobs wait and run: the 50th, 95th and 99th percentile."""
        for name, latency in (("wait", self.waits), ("run", self.runs)):
            for percent, value in zip((50, 95, 99), latency.percentiles(now) or (None, None, None), strict=True):
                yield f"{name}_p{percent}", value


def _late(job: Job | None) -> int:
    return int(job is not None and job.overdue and not job.state.ended)
