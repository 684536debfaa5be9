"""The figures that rules, charts and the command line speak of: each with its unit, its words and its jobs."""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a figure counts; a threshold must be of the same unit."""

    COUNT = "a number"
    PERCENT = 'percent, as in "10 %"'
    SECONDS = 'a duration, as in "5m"'
    MEGABYTES = 'an amount of memory, as in "1000 MB"'
    PER_MINUTE = 'a number a minute, as in "5/min"'
    TIMES = 'a factor, as in "3x"'


@dataclass(frozen=True, slots=True)
class Metric:
    """`words` say a value in a sentence, `query` narrows the list to the jobs that it speaks of."""

    name: str
    unit: Unit
    words: str
    query: str = ""


METRICS = {
    metric.name: metric
    for metric in (
        Metric("depth", Unit.COUNT, "{} jobs waiting", "state:pending"),
        Metric("running", Unit.COUNT, "{} jobs running", "state:running"),
        Metric("scheduled", Unit.COUNT, "{} jobs scheduled", "state:scheduled"),
        Metric("retrying", Unit.COUNT, "{} jobs retrying", "state:retrying"),
        Metric("failed", Unit.COUNT, "{} jobs failed", "state:failed"),
        Metric("completed", Unit.COUNT, "{} jobs completed", "state:completed"),
        Metric("failed_percent", Unit.PERCENT, "failures {} of total", "state:failed"),
        Metric("failure_rate", Unit.PERCENT, "{} of the jobs that ended in 5 min failed", "state:failed"),
        Metric("failures", Unit.PER_MINUTE, "{} failures", "state:failed"),
        Metric("failure_burst", Unit.TIMES, "failures {} as frequent as usual", "state:failed"),
        Metric("new_errors", Unit.COUNT, "{} errors of a kind never seen before", "state:failed"),
        Metric("throughput", Unit.PER_MINUTE, "{} finished"),
        Metric("arrivals", Unit.PER_MINUTE, "{} arrived"),
        Metric("oldest_waiting", Unit.SECONDS, "oldest waiting {}", "state:pending"),
        Metric("estimated_wait", Unit.SECONDS, "estimated wait {}", "state:pending"),
        Metric("wait_p50", Unit.SECONDS, "half of the jobs wait {} or longer"),
        Metric("wait_p95", Unit.SECONDS, "one job in 20 waits {} or longer"),
        Metric("wait_p99", Unit.SECONDS, "one job in 100 waits {} or longer"),
        Metric("run_p50", Unit.SECONDS, "half of the jobs run {} or longer"),
        Metric("run_p95", Unit.SECONDS, "one job in 20 runs {} or longer"),
        Metric("run_p99", Unit.SECONDS, "one job in 100 runs {} or longer"),
        Metric("stuck", Unit.COUNT, "{} jobs stuck", "state:stuck"),
        Metric("overdue", Unit.COUNT, "{} jobs overdue", "is:overdue"),
        Metric("stalled", Unit.COUNT, "{} running jobs no longer move", "state:running"),
        Metric("overlong", Unit.COUNT, "{} jobs run longer than 99 % of their type", "state:running"),
        Metric("workers", Unit.COUNT, "{} workers"),
        Metric("utilisation", Unit.PERCENT, "{} of the workers busy"),
        Metric("unserved", Unit.COUNT, "no workers while {} jobs wait", "state:pending"),
        Metric("not_draining", Unit.SECONDS, "no job started for {} while jobs wait and workers idle", "state:pending"),
        Metric("cpu", Unit.PERCENT, "CPU at {}"),
        Metric("memory", Unit.MEGABYTES, "{} used"),
        Metric("down", Unit.SECONDS, "not reachable"),
        Metric("stale", Unit.SECONDS, "silent"),
        Metric("jobs", Unit.COUNT, "{} jobs"),
    )
}
"""`jobs` counts what a rule's own query finds."""

RECORDED = (
    "depth", "running", "failed", "failed_percent", "throughput", "failures", "failure_rate",
    "oldest_waiting", "wait_p95", "run_p50", "run_p95", "workers", "utilisation", "cpu", "memory",
    "scheduled", "retrying", "stuck", "overdue", "stalled", "overlong", "unserved", "not_draining",
    "failure_burst", "new_errors", "estimated_wait", "down", "stale",
)  # fmt: skip
"""The columns of history, in the order in which they are kept; new ones are only ever added at the end."""
