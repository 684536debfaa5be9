"""Which jobs an alert speaks of, as a query of the list: exactly these, by their ids where nothing else tells them."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from jobdash.engine.alerts.matching import Matching
from jobdash.engine.alerts.rule import Comparison, Rule
from jobdash.engine.metrics.meter import LATELY, MINUTE
from jobdash.engine.metrics.place import Place
from jobdash.engine.query.written import quoted
from jobdash.engine.sight import Sight
from jobdash.model.alert import AlertKey
from jobdash.model.job import JobKey

MOST_IDS = 200
"""More jobs than these are told by what they have in common."""

PLAIN = re.compile(r"[\w.-]+", re.ASCII)
GLOB = re.compile(r"[\w.*?-]+", re.ASCII)
FAILED_WITHIN = {"failures": MINUTE, "failure_rate": LATELY, "failure_burst": LATELY}
MEASURED = {"run": "runtime", "wait": "wait"}
"""Percentiles are of these fields of a job."""


class Subjects:
    """Asked when an alert is raised, and again when a person wants to see its jobs."""

    def __init__(self, sight: Sight, matching: Matching) -> None:
        self._sight = sight
        self._matching = matching

    def query(self, rule: Rule, key: AlertKey, raised_at: float) -> str:
        """The query; `raised_at` is seconds since the epoch."""
        place = Place(*key[1:])
        own = self._counted(rule, place) if rule.query is not None else self._measured(rule, place, raised_at)
        return " ".join([terms_of(place), *own]).strip()

    def _counted(self, rule: Rule, place: Place) -> list[str]:
        """What the rule's own query finds, in the queues and types that it is for."""
        plain = all(GLOB.fullmatch(glob) for glob in (rule.queue, rule.type) if glob is not None)
        if not plain and (keys := self._matching.keys(rule, place.server)):
            return [_ids(keys)]
        return [f"({rule.jobs_query})" if " or " in rule.jobs_query.lower() else rule.jobs_query]

    def _measured(self, rule: Rule, place: Place, raised_at: float) -> list[str]:
        metric, usual = rule.metric.name, [rule.metric.query] if rule.metric.query else []
        if rule.comparison not in (Comparison.ABOVE, Comparison.AT_LEAST):
            return usual
        if metric == "new_errors":
            kinds = self._sight.kinds.new_ones(place.server)
            return [f"fingerprint:{','.join(kinds)}"] if kinds else usual
        if metric.startswith(("run_p", "wait_p")):
            return [f"{MEASURED[metric.partition('_')[0]]}>={rule.threshold:.0f}s"]
        if metric in FAILED_WITHIN:
            since = raised_at - FAILED_WITHIN[metric]
            keys = self._sight.failed_since(place, since)
            stamp = datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            return [_ids(keys)] if 0 < len(keys) <= MOST_IDS else [*usual, f"finished>={stamp}"]
        keys = self._sight.jobs_of(place, metric, rule.threshold)
        return [_ids(keys)] if 0 < len(keys) <= MOST_IDS else usual


def terms_of(place: Place) -> str:
    """The query of all jobs of a place."""
    named = zip(("server", "queue", "type"), place, strict=True)
    return " ".join(f"{field}:{_word(name)}" for field, name in named if name)


def _ids(keys: Iterable[JobKey]) -> str:
    return "id:" + ",".join(sorted(_word(key.id) for key in keys))


def _word(text: str) -> str:
    return text if PLAIN.fullmatch(text) else quoted(text)
