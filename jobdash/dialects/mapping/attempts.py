"""From what an answer says of a job's attempts to attempts, oldest first."""

from datetime import tzinfo
from typing import Any

from jobdash.dialects.mapping import units
from jobdash.dialects.mapping.expression import compile_expression
from jobdash.dialects.mapping.reader import Reader, specs, value_of
from jobdash.dialects.mapping.states import States
from jobdash.dialects.mapping.tables import AttemptsTable
from jobdash.dialects.mapping.unusable import Unusable
from jobdash.model.job import Attempt

MOST = 1_000
FIELDS = ("number", "error", "worker", "started_at", "finished_at", "state")


class AttemptReader:
    """Never raises: an attempt that is text is its traceback, or its error where it has one line only."""

    def __init__(self, table: AttemptsTable, states: States, zone: tzinfo | None) -> None:
        self._at = compile_expression(table.at)
        self._newest_first = table.newest_first
        self._states = states
        self._reader = Reader(specs(table, FIELDS), zone, ("detail", "attempts"))
        self._trace = compile_expression(table.traceback.at)

    def read(self, item: Any, problems: list[str]) -> tuple[Attempt, ...]:
        """The last 1,000; those without a number are counted."""
        found = value_of("attempts", self._at, _list, item, problems) or []
        if self._newest_first:
            found = found[::-1]
        first = max(0, len(found) - MOST)
        told = (self._attempt(entry, place + 1) for place, entry in enumerate(found[first:], first))
        return tuple(attempt for attempt in told if attempt is not None)

    def _attempt(self, entry: Any, place: int) -> Attempt | None:
        if isinstance(entry, str):
            traced = "\n" in entry.strip()
            return Attempt(number=place, error=units.reason(entry), traceback=entry if traced else None)
        if not isinstance(entry, dict):
            return None
        said = self._reader.read(entry, [])
        trace = value_of("traceback", self._trace, _text, entry, [])
        word = said.get("state")
        return Attempt(
            number=said.get("number", place),
            state=self._states.read(word)[0] if word is not None else None,
            worker=said.get("worker"),
            started_at=said.get("started_at"),
            finished_at=said.get("finished_at"),
            error=said.get("error") or (units.reason(trace) if trace else None),
            traceback=trace,
        )


def _list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    raise Unusable("a list of attempts", value)


def _text(value: Any) -> str | None:
    """Text, or lines of it."""
    if isinstance(value, list):
        return "\n".join(line for line in value if isinstance(line, str)) or None
    return value if isinstance(value, str) else units.message(value)
