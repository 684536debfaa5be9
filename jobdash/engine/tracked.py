"""The job ids that a person gave, by server, kept between runs in a small SQLite file.

Two processes may use it at the same time. A server is known here by its address, so that a new name in the config
loses nothing.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from jobdash.engine.statefile import write_ahead
from jobdash.model.errors import ConfigError

VERSION = 1
BUSY = 5.0
"""Seconds to wait while another process writes."""

TABLE = """
CREATE TABLE IF NOT EXISTS tracked (
    server TEXT NOT NULL,
    id TEXT NOT NULL,
    label TEXT,
    priority TEXT,
    added_at REAL NOT NULL,
    PRIMARY KEY (server, id)
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedJob:
    """One id with what the person calls it. `added_at` is seconds since the epoch."""

    id: str
    label: str | None = None
    priority: str | None = None
    added_at: float = 0.0


class Tracked:
    """The file is made by the first `add`. Reading never fails: what stands in the way is told by `problem`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem: str | None = None
        self._open: sqlite3.Connection | None = None

    def jobs(self, server: str) -> Sequence[TrackedJob]:
        """The jobs tracked on a server, the newest first."""
        if not self.path.exists():
            return ()
        try:
            rows = self._connection().execute(
                "SELECT id, label, priority, added_at FROM tracked WHERE server = ? ORDER BY added_at DESC, id",
                (server,),
            )
            return [TrackedJob(id=id, label=label, priority=priority, added_at=at) for id, label, priority, at in rows]
        except (sqlite3.Error, OSError, ConfigError) as error:
            self.problem = self._sentence(error)
            return ()

    def ids(self, server: str) -> Sequence[str]:
        """The ids tracked on a server, the newest first."""
        return [job.id for job in self.jobs(server)]

    def add(self, server: str, jobs: Iterable[TrackedJob]) -> int:
        """Remembers jobs; of one that is known, a new label or priority replaces the old. Returns how many are new.

        Raises ConfigError in one sentence.
        """
        rows = [(server, job.id, job.label, job.priority, job.added_at) for job in jobs]
        try:
            with self._connection() as connection:
                connection.execute("BEGIN IMMEDIATE")
                before = _count(connection)
                connection.executemany(
                    "INSERT INTO tracked (server, id, label, priority, added_at) VALUES (?, ?, ?, ?, ?) "
                    "ON CONFLICT DO UPDATE SET label = coalesce(excluded.label, label), "
                    "priority = coalesce(excluded.priority, priority)",
                    rows,
                )
                return _count(connection) - before
        except (sqlite3.Error, OSError) as error:
            raise ConfigError(self._sentence(error)) from None

    def remove(self, server: str, ids: Iterable[str]) -> int:
        """Forgets jobs; returns how many of them were known. Raises ConfigError in one sentence."""
        if not self.path.exists():
            return 0
        try:
            with self._connection() as connection:
                connection.execute("BEGIN IMMEDIATE")
                before = _count(connection)
                connection.executemany("DELETE FROM tracked WHERE server = ? AND id = ?", [(server, id) for id in ids])
                return before - _count(connection)
        except (sqlite3.Error, OSError) as error:
            raise ConfigError(self._sentence(error)) from None

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _connection(self) -> sqlite3.Connection:
        if self._open is None:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                self._open = self._connected()
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                self._set_aside()
                self._open = self._connected()
        return self._open

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY, isolation_level=None)
        try:
            write_ahead(connection)
            with closing(connection.execute("PRAGMA user_version")) as row:
                version = row.fetchone()[0]
            if version > VERSION:
                raise ConfigError(f"{self.path} was written by a newer jobdash (version {version})")
            connection.execute(TABLE)
            if version != VERSION:
                connection.execute(f"PRAGMA user_version = {VERSION}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _set_aside(self) -> None:
        """What is no database any more is kept under another name, and tracking begins anew."""
        broken = self.path.with_suffix(".broken")
        self.path.replace(broken)
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        self.problem = f"{self.path} was damaged; it was set aside as {broken.name}, and tracking began anew"

    def _sentence(self, error: Exception) -> str:
        return str(error) if isinstance(error, ConfigError) else f"{self.path}: tracked jobs cannot be used: {error}"


def _count(connection: sqlite3.Connection) -> int:
    count: int = connection.execute("SELECT count(*) FROM tracked").fetchone()[0]
    return count
