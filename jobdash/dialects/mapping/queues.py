"""From an answer to queue statistics and workers."""

from datetime import tzinfo
from typing import Any

from jobdash.dialects.mapping import units
from jobdash.dialects.mapping.expression import compile_expression
from jobdash.dialects.mapping.place import Keys
from jobdash.dialects.mapping.reader import Reader, specs, value_of
from jobdash.dialects.mapping.tables import QueueTable, WorkerTable
from jobdash.dialects.mapping.unusable import Unusable
from jobdash.model.errors import BadAnswer
from jobdash.model.queue import QueueStats, Worker

LIMIT = 10_000
QUEUE_FIELDS = tuple(name for name in QueueTable.model_fields if name not in ("at", "notes"))
WORKER_FIELDS = tuple(name for name in WorkerTable.model_fields)


class QueueReader:
    """One object, or a list of them."""

    def __init__(self, table: QueueTable, zone: tzinfo | None, keys: Keys) -> None:
        self._at = compile_expression(table.at)
        self._reader = Reader(specs(table, QUEUE_FIELDS), zone, keys)
        self._notes = [(label, compile_expression(text)) for label, text in table.notes.items()]

    def read(self, body: Any, where: str, problems: list[str]) -> tuple[QueueStats, ...]:
        """Raises BadAnswer when there is something that is not statistics; nothing gives nothing."""
        found = objects(self._at, body, f"{where}: queue statistics")
        return tuple(self._one(item, problems) for item in found)

    def _one(self, item: Any, problems: list[str]) -> QueueStats:
        values = {name: value for name, value in self._reader.read(item, problems).items() if value is not None}
        notes = ((label, value_of(label, get, units.message, item, problems)) for label, get in self._notes)
        return QueueStats(**values, notes=tuple((label, text) for label, text in notes if text))


class WorkerReader:
    """A list of workers; one without a name cannot be shown and is left out."""

    def __init__(self, items: str, table: WorkerTable, zone: tzinfo | None) -> None:
        self._items = compile_expression(items)
        self._reader = Reader(specs(table, WORKER_FIELDS), zone, ("workers", "worker"))

    def read(self, body: Any, where: str) -> tuple[Worker, ...]:
        found = (self._reader.read(item, []) for item in objects(self._items, body, f"{where}: workers"))
        return tuple(Worker(**values) for values in found if values.get("name"))


def objects(get: Any, body: Any, where: str) -> list[dict[str, Any]]:
    """The objects that an expression finds: one, or the ones in a list. Raises BadAnswer for anything else."""
    try:
        found = get(body)
    except Unusable as problem:
        raise BadAnswer(problem.about(where)) from None
    if found is None:
        return []
    entries = found[:LIMIT] if isinstance(found, list) else [found]
    if not all(isinstance(entry, dict) for entry in entries):
        raise BadAnswer(Unusable("an object or a list of objects", found).about(where))
    return entries
