"""The chunks in a SQLite file: one row a chunk, old ones dropped, never more than a bound on disk."""

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from jobdash.engine.clock import Clock
from jobdash.engine.history.shelf import MemoryShelf, Slot
from jobdash.engine.history.tier import TIERS, Chunk, unpacked
from jobdash.engine.statefile import StateFile

VERSION = 1
MOST_BYTES = 190_000_000
TIDY_EVERY = 600.0
SCHEMA = """
CREATE TABLE IF NOT EXISTS series (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS chunks (
    series INTEGER, tier INTEGER, start INTEGER, data BLOB NOT NULL, UNIQUE (series, tier, start)
);
"""


class KeptShelf:
    """Falls back to memory while the file cannot be used, so that charts go on within this run."""

    def __init__(self, path: Path, clock: Clock, notice: Callable[[str], None], most: int = MOST_BYTES) -> None:
        self._file = StateFile(path, SCHEMA, VERSION, "history is not remembered beyond this run", notice)
        self._clock = clock
        self._most = most
        self._memory = MemoryShelf()
        self._in_memory = False
        self._numbers: dict[str, int] = {}
        self._tidied_at = float("-inf")

    def put(self, chunks: Mapping[Slot, Chunk], now: float) -> bool:
        tidy = self._clock.monotonic() - self._tidied_at > TIDY_EVERY

        def work(connection: sqlite3.Connection) -> bool:
            for slot, chunk in chunks.items():
                self._put(connection, slot, chunk)
            if tidy:
                _tidy(connection, now, self._most)
            return True

        if self._file.use(work, self._clock.monotonic()) is None:
            self._numbers.clear()
            self._in_memory = True
            return self._memory.put(chunks, now)
        if tidy:
            self._tidied_at = self._clock.monotonic()
        return True

    def get(self, series: str, tier: int, start: int, stop: int) -> list[tuple[int, Chunk]]:
        def work(connection: sqlite3.Connection) -> list[tuple[int, bytes]]:
            return connection.execute(
                "SELECT start, data FROM chunks WHERE series = (SELECT number FROM series WHERE name = ?) "
                "AND tier = ? AND start >= ? AND start < ? ORDER BY start",
                (series, tier, start, stop),
            ).fetchall()

        rows = self._file.use(work, self._clock.monotonic()) or []
        found = {at: chunk for at, data in rows if (chunk := _read(data)) is not None}
        if self._in_memory:
            for at, chunk in self._memory.get(series, tier, start, stop):
                found[at] = chunk.filled_from(found[at]) if at in found else chunk
        return sorted(found.items())

    def series(self) -> list[str]:
        rows = self._file.use(lambda c: c.execute("SELECT name FROM series").fetchall(), self._clock.monotonic()) or []
        return sorted({*self._memory.series(), *(name for (name,) in rows)})

    def close(self) -> None:
        self._file.close()

    def _put(self, connection: sqlite3.Connection, slot: Slot, chunk: Chunk) -> None:
        """What another process knows of the same minute is kept beside ours."""
        key = (self._number(connection, slot.series), slot.tier, slot.start)
        row = connection.execute("SELECT data FROM chunks WHERE series=? AND tier=? AND start=?", key).fetchone()
        known = _read(row[0]) if row is not None else None
        data = (chunk if known is None else chunk.filled_from(known)).packed()
        connection.execute(
            "INSERT OR REPLACE INTO chunks (series, tier, start, data) VALUES (?, ?, ?, ?)", (*key, data)
        )

    def _number(self, connection: sqlite3.Connection, name: str) -> int:
        number = self._numbers.get(name)
        if number is None:
            connection.execute("INSERT OR IGNORE INTO series (name) VALUES (?)", (name,))
            number = connection.execute("SELECT number FROM series WHERE name = ?", (name,)).fetchone()[0]
            self._numbers[name] = number
        return number


def _tidy(connection: sqlite3.Connection, now: float, most: int) -> None:
    """Drops what is too old, then, while there is too much, the older half of the finest."""
    for number, tier in enumerate(TIERS):
        connection.execute("DELETE FROM chunks WHERE tier = ? AND start < ?", (number, now - tier.keep - tier.span))
    for number, tier in enumerate(TIERS):
        if _size(connection) <= most:
            return
        connection.execute("DELETE FROM chunks WHERE tier = ? AND start < ?", (number, now - tier.keep / 2))


def _size(connection: sqlite3.Connection) -> int:
    pages, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def _read(data: bytes) -> Chunk | None:
    try:
        return unpacked(data)
    except ValueError:
        return None
