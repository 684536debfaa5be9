"""From a table of the config to a rule. A mistake is one sentence with its key, and costs only its own rule."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from jobdash.engine.alerts.amount import amount
from jobdash.engine.alerts.rule import Comparison, Rule
from jobdash.engine.metrics.names import METRICS, Unit
from jobdash.engine.query import parse
from jobdash.model.alert import Severity
from jobdash.model.errors import QueryError

T = TypeVar("T", Comparison, Severity)

KEYS = (
    "name", "metric", "query", "server", "queue", "type", "is", "threshold",
    "for", "clear", "severity", "runbook", "notify", "enabled",
)  # fmt: skip

OF_SERVERS = frozenset({"down", "stale", "new_errors"})
"""What is not known of a single queue or type."""


@dataclass
class RuleError(ValueError):
    """`key` is what is wrong in the table, empty for the table as a whole."""

    key: str
    problem: str

    def __str__(self) -> str:
        return f"{self.key}: {self.problem}" if self.key else self.problem


def rules_of(
    tables: Iterable[object], defaults: Iterable[Mapping[str, Any]], where: str = "alerts"
) -> tuple[list[Rule], list[str]]:
    """The rules that hold, and a sentence for each that is wrong. A table with a default's name changes the default."""
    known = {str(table["name"]): dict(table) for table in defaults}
    problems: list[str] = []
    order = dict.fromkeys(known)
    for number, table in enumerate(tables, 1):
        place = f"{where}[{number}]"
        if not isinstance(table, Mapping):
            problems.append(f"{place}: a table is expected")
            continue
        name = table.get("name")
        changed = {**known.get(name, {}), **table} if isinstance(name, str) else dict(table)
        if isinstance(name, str) and name in known and "query" in table:
            changed.pop("metric", None)
        try:
            _read(changed)
        except RuleError as error:
            problems.append(f"{place}.{error}" if error.key else f"{place}: {error}")
            continue
        known[str(name)] = changed
        order[str(name)] = None
    return [rule for name in order if (rule := _read(known[name])) is not None], problems


def _read(table: Mapping[str, Any]) -> Rule | None:
    """One rule, None when it is switched off. Raises RuleError."""
    for key in table:
        if key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, n=1)
            raise RuleError(key, f"unknown key; did you mean `{near[0]}`?" if near else f"there are {', '.join(KEYS)}")
    metric = METRICS[_metric(table)]
    query = _text(table, "query")
    rule = Rule(
        name=_text(table, "name") or _missing("name"),
        metric=metric,
        query=_checked(query),
        server=_text(table, "server") or "*",
        queue=_text(table, "queue"),
        type=_text(table, "type"),
        comparison=_one_of(table, "is", Comparison, Comparison.ABOVE),
        threshold=_amount(table, "threshold", metric.unit, 0.0 if query is not None else None),
        clear=_amount(table, "clear", metric.unit, None) if "clear" in table else None,
        hold=_amount(table, "for", Unit.SECONDS, 0.0),
        severity=_one_of(table, "severity", Severity, Severity.WARNING),
        runbook=_text(table, "runbook"),
        notify=_flag(table, "notify"),
    )
    if rule.clear is not None and rule.breached(rule.clear):
        raise RuleError("clear", f"it would clear at a value that is still wrong ({rule.limit})")
    _check_place(rule)
    return rule if _flag(table, "enabled") else None


def _check_place(rule: Rule) -> None:
    """A rule that could never find anything is a mistake, too."""
    if rule.query is not None:
        return
    if rule.queue is not None and rule.type is not None:
        raise RuleError("type", "figures are known by queue or by type, not by both; a `query` counts by both")
    if (rule.queue is not None or rule.type is not None) and rule.metric.name in OF_SERVERS:
        key = "queue" if rule.queue is not None else "type"
        raise RuleError(key, f"{rule.metric.name} is known of whole servers only")


def _metric(table: Mapping[str, Any]) -> str:
    if ("metric" in table) == ("query" in table):
        raise RuleError("", "one of `metric` and `query` is expected")
    name = _text(table, "metric") or "jobs"
    if name not in METRICS:
        near = difflib.get_close_matches(name, METRICS, n=1)
        raise RuleError("metric", f"no metric {name!r}; " + (f"did you mean {near[0]}?" if near else _all()))
    return name


def _all() -> str:
    return f"there are {', '.join(METRICS)}"


def _checked(query: str | None) -> str | None:
    if query is not None:
        try:
            parse(query)
        except QueryError as error:
            raise RuleError("query", str(error)) from None
    return query


def _text(table: Mapping[str, Any], key: str) -> str | None:
    value = table.get(key)
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise RuleError(key, f"a text is expected, but it is {value!r}")
    return value


def _missing(key: str) -> str:
    raise RuleError(key, "is missing")


def _flag(table: Mapping[str, Any], key: str) -> bool:
    value = table.get(key, True)
    if not isinstance(value, bool):
        raise RuleError(key, f"true or false is expected, but it is {value!r}")
    return value


def _one_of(table: Mapping[str, Any], key: str, kind: Callable[[str], T], default: T) -> T:
    if key not in table:
        return default
    try:
        return kind(str(table[key]))
    except ValueError:
        known = ", ".join(type(default))
        raise RuleError(key, f"one of {known} is expected, but it is {table[key]!r}") from None


def _amount(table: Mapping[str, Any], key: str, unit: Unit, default: float | None) -> float:
    value = table.get(key, default)
    if value is None:
        raise RuleError(key, f"is missing; {unit.value} is expected")
    try:
        return amount(value, unit)
    except ValueError as error:
        raise RuleError(key, str(error)) from None
