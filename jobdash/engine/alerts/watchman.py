"""Holds every rule against the figures of every place it covers, once a second, and tells what turned."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from jobdash.engine.alerts.condition import Condition, Turned
from jobdash.engine.alerts.matching import Matching
from jobdash.engine.alerts.rule import Rule
from jobdash.engine.metrics.figures import Figures
from jobdash.engine.metrics.place import Place
from jobdash.model.alert import Alert, AlertKey


class Turning(NamedTuple):
    """What turned, and the value by which it did, where there still is one."""

    condition: Condition
    turned: Turned
    value: float | None


class Watchman:
    """`alerts` are those known from before: their conditions begin as raised."""

    def __init__(self, rules: Iterable[Rule], matching: Matching, alerts: Iterable[Alert] = ()) -> None:
        self.rules = tuple(rules)
        self._matching = matching
        self._alerts = {alert.key: alert for alert in alerts if alert.raised}
        self._posts: dict[Place, list[tuple[str, Condition]]] = {}
        self._counted: dict[Place, list[Condition]] = {}

    def remember(self, alerts: Iterable[Alert]) -> None:
        """These were raised before, or by another jobdash: they are not raised again."""
        for alert in alerts:
            condition = self._condition(alert.key)
            if condition is None:
                self._alerts[alert.key] = alert
            elif not condition.raised:
                condition.raised, condition.flapping = True, alert.flapping

    def rule(self, name: str) -> Rule | None:
        """The rule of this name."""
        return next((rule for rule in self.rules if rule.name == name), None)

    def looks_at(self, place: Place) -> bool:
        """Whether a rule looks at the figures of this place."""
        return bool(self._post(place))

    def judge(self, place: Place, figures: Figures, now: float, *, live: bool) -> Iterator[Turning]:
        """Takes the figures of one place; `now` is monotonic, `live` whether the server answers."""
        for name, condition in self._post(place):
            value = figures.get(name)
            if value is None:
                if (turned := condition.unknown(now, live=live)) is not None:
                    yield Turning(condition, turned, None)
            elif (
                condition.raised or condition.since is not None or condition.breaks(value, condition.rule.threshold)
            ) and (turned := condition.judge(value, now)) is not None:
                yield Turning(condition, turned, value)
        if counted := self._counted.get(place):
            for condition in counted:
                found = self._matching.count(condition.rule, place.server) if live else None
                if (turned := condition.judge(found, now)) is not None and found is not None:
                    yield Turning(condition, turned, found)

    def raised(self, place: Place, figures: Figures) -> Iterator[tuple[Condition, float]]:
        """The conditions that are raised in a place, with their values now, where those are known."""
        for name, condition in self._post(place):
            if condition.raised and (value := figures.get(name)) is not None:
                yield condition, value
        for condition in self._counted[place]:
            if condition.raised:
                yield condition, self._matching.count(condition.rule, place.server)

    def _post(self, place: Place) -> list[tuple[str, Condition]]:
        post = self._posts.get(place)
        if post is None:
            mine = [self._begun(rule, place) for rule in self.rules if rule.covers(place)]
            post = self._posts[place] = [(c.rule.metric.name, c) for c in mine if c.rule.query is None]
            self._counted[place] = [condition for condition in mine if condition.rule.query is not None]
        return post

    def _begun(self, rule: Rule, place: Place) -> Condition:
        known = self._alerts.pop(AlertKey(rule.name, *place), None)
        return Condition(rule, place, raised=known is not None, flapping=known is not None and known.flapping)

    def _condition(self, key: AlertKey) -> Condition | None:
        place = Place(*key[1:])
        posts = (*(c for _, c in self._posts.get(place, ())), *self._counted.get(place, ()))
        return next((condition for condition in posts if condition.key == key), None)
