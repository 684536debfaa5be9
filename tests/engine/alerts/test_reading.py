"""A rule as a person writes it: what is accepted, and how a mistake is named while the others run."""

from typing import Any

import pytest

from jobdash.engine.alerts.amount import amount, sentence, shown
from jobdash.engine.alerts.defaults import DEFAULTS, DOCUMENTED
from jobdash.engine.alerts.reading import rules_of
from jobdash.engine.metrics.names import METRICS, Unit
from jobdash.model.alert import Severity

GOOD = {"name": "mine", "metric": "oldest_waiting", "threshold": "10m"}


def test_the_defaults_are_rules() -> None:
    rules, problems = rules_of((), DEFAULTS)
    assert problems == []
    assert [rule.name for rule in rules[: len(DOCUMENTED)]] == ["failed", "cpu", "memory", "depth"]


def test_a_whole_rule() -> None:
    table = {
        **GOOD, "server": "prod-*", "queue": "mail*", "is": ">=", "for": "2m", "clear": "5m",
        "severity": "critical", "runbook": "https://wiki.example/late", "notify": False,
    }  # fmt: skip
    (rule,), problems = rules_of([table], ())
    assert problems == []
    assert (rule.threshold, rule.hold, rule.clears_at, rule.severity) == (600, 120, 300, Severity.CRITICAL)
    assert rule.limit == "at least 10m for 2m"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            {**GOOD, "metric": "oldest_wating"},
            "alerts[2].metric: no metric 'oldest_wating'; did you mean oldest_waiting?",
        ),
        ({**GOOD, "metric": "zzz"}, "alerts[2].metric: no metric 'zzz'; there are depth"),
        ({**GOOD, "threshold": "10 %"}, "alerts[2].threshold: a duration, as in \"5m\" is expected, but it is '10 %'"),
        ({**GOOD, "threshold": True}, "alerts[2].threshold: a duration"),
        ({**GOOD, "for": "m"}, "alerts[2].for: a duration"),
        ({**GOOD, "for": "-5m"}, "alerts[2].for: a duration"),
        ({**GOOD, "clear": "20m"}, "alerts[2].clear: it would clear at a value that is still wrong"),
        ({"name": "x", "metric": "cpu"}, "alerts[2].threshold: is missing"),
        ({"name": "x", "metric": "memory", "threshold": "1000 %"}, "alerts[2].threshold: an amount of memory"),
        ({"metric": "cpu", "threshold": "10 %"}, "alerts[2].name: is missing"),
        ({"name": "x", "threshold": 1}, "alerts[2]: one of `metric` and `query` is expected"),
        ({"name": "x", "query": "stat:failed"}, "alerts[2].query: no field `stat`"),
        ({**GOOD, "treshold": "1m"}, "alerts[2].treshold: unknown key; did you mean `threshold`?"),
        ({**GOOD, "severity": "bad"}, "alerts[2].severity: one of info, warning, critical is expected"),
        ({**GOOD, "is": "=="}, "alerts[2].is: one of"),
        ({**GOOD, "notify": "yes"}, "alerts[2].notify: true or false is expected"),
        ({**GOOD, "server": 5}, "alerts[2].server: a text is expected"),
        ({**GOOD, "for": "minutes"}, "alerts[2].for: a duration"),
        ({**GOOD, "queue": "a", "type": "b"}, "alerts[2].type: figures are known by queue or by type, not by both"),
        ({"name": "x", "metric": "down", "threshold": "5s", "queue": "a"}, "alerts[2].queue: down is known of whole"),
        ("text", "alerts[2]: a table is expected"),
    ],
)
def test_a_wrong_rule_is_named_and_the_others_run(table: Any, said: str) -> None:
    rules, problems = rules_of([GOOD | {"name": "first"}, table, GOOD | {"name": "last"}], DEFAULTS)
    assert len(problems) == 1 and problems[0].startswith(said), problems
    assert [rule.name for rule in rules] == [*(str(d["name"]) for d in DEFAULTS), "first", "last"]


def test_a_default_is_changed_or_switched_off_by_its_name() -> None:
    rules, problems = rules_of(
        [{"name": "depth", "threshold": 500, "clear": 400}, {"name": "cpu", "enabled": False}], DEFAULTS
    )
    assert problems == []
    by_name = {rule.name: rule for rule in rules}
    assert by_name["depth"].threshold == 500 and by_name["depth"].metric.name == "depth"
    assert "cpu" not in by_name


def test_a_wrong_change_leaves_the_default_as_it_was() -> None:
    rules, problems = rules_of([{"name": "depth", "threshold": "5m"}], DEFAULTS)
    assert len(problems) == 1
    assert {rule.name: rule for rule in rules}["depth"].threshold == 10


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("90 %", Unit.PERCENT, 90), ("1 GB", Unit.MEGABYTES, 1000), ("1000MB", Unit.MEGABYTES, 1000),
        ("1h30m", Unit.SECONDS, 5400), (30, Unit.SECONDS, 30), ("5/min", Unit.PER_MINUTE, 5), ("3x", Unit.TIMES, 3),
        ("10", Unit.COUNT, 10),
    ],
)  # fmt: skip
def test_amounts(text: object, unit: Unit, value: float) -> None:
    assert amount(text, unit) == value


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("text", ["", "abc", "nan", "inf", "-1", None, [], "1e999"])
def test_no_amounts(text: object, unit: Unit) -> None:
    with pytest.raises(ValueError, match="is expected"):
        amount(text, unit)


def test_sentences() -> None:
    assert sentence(METRICS["depth"].words, 1, Unit.COUNT) == "1 job waiting"
    assert sentence(METRICS["unserved"].words, 1, Unit.COUNT) == "no workers while 1 job waits"
    assert sentence(METRICS["stalled"].words, 2, Unit.COUNT) == "2 running jobs no longer move"
    assert [shown(v, Unit.SECONDS) for v in (5, 45, 130, 600, 3900, 90000)] == [
        "5s",
        "45s",
        "2m10",
        "10m",
        "1h05",
        "1d 1h",
    ]
