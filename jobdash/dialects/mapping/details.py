"""From one JSON object to the heavy part of a job."""

from typing import Any

from jobdash.dialects.mapping import units
from jobdash.dialects.mapping.attempts import AttemptReader
from jobdash.dialects.mapping.expression import Getter, compile_expression
from jobdash.dialects.mapping.format import Mapping
from jobdash.dialects.mapping.lines import LineReader
from jobdash.dialects.mapping.reader import value_of
from jobdash.dialects.mapping.states import States
from jobdash.model.job import Detail


class DetailReader:
    """Never raises: what cannot be understood is noted and left out, `raw` always has it."""

    def __init__(self, mapping: Mapping, lines: LineReader, states: States) -> None:
        table, logs = mapping.detail, mapping.logs
        self._data = getter(table.data)
        self._result = getter(table.result)
        self._metrics = getter(table.metrics)
        self._traceback = getter(table.traceback.at if table.traceback else None)
        self._error = getter(mapping.job.error.at if mapping.job.error else None)
        self._units = table.metric_units
        self._logs = getter(logs.at if logs and logs.path is None else None)
        self._lines = lines
        self._attempts = AttemptReader(table.attempts, states, mapping.zone) if table.attempts else None

    def read(self, item: Any, raw: Any, problems: list[str]) -> Detail:
        return Detail(
            data=self._any("data", self._data, item, problems),
            result=self._any("result", self._result, item, problems),
            traceback=self._trace(item, problems),
            attempts=self._attempts.read(item, problems) if self._attempts else (),
            logs=self._lines.read(self._any("logs", self._logs, item, problems)),
            metrics=self._figures(self._any("metrics", self._metrics, item, problems)),
            raw=raw,
        )

    def _trace(self, item: Any, problems: list[str]) -> str | None:
        if self._traceback:
            return value_of("traceback", self._traceback, full_text, item, problems) or None
        said = value_of("error", self._error, whole, item, []) if self._error else None
        return said if isinstance(said, str) and "\n" in said.strip() else None

    def _any(self, name: str, get: Getter | None, item: Any, problems: list[str]) -> Any:
        found = value_of(name, get, whole, item, problems) if get else None
        return None if isinstance(found, dict) and all(part is None for part in found.values()) else found

    def _figures(self, found: Any) -> dict[str, Any]:
        """An object of figures; a server may send anything, which then stands under one name."""
        if found is None:
            return {}
        figures = found if isinstance(found, dict) else {"metrics": found}
        return {str(name): self._with_unit(name, value) for name, value in figures.items() if value is not None}

    def _with_unit(self, name: Any, value: Any) -> Any:
        unit = self._units.get(name)
        if unit is None or type(value) not in (int, float):
            return value
        return f"{value:g} {unit}" if type(value) is float else f"{value} {unit}"


def getter(text: str | None) -> Getter | None:
    return compile_expression(text) if text else None


def whole(value: Any) -> Any:
    return value


def full_text(value: Any) -> str:
    """Text of any length; anything else as `message` puts it."""
    return value if isinstance(value, str) else units.message(value) or ""
