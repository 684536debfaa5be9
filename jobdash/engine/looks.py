"""The fingerprints that a person has seen, in a SQLite file: what is new stays new over a restart."""

import sqlite3
from collections.abc import Callable, Collection
from pathlib import Path

from jobdash.engine.statefile import StateFile

VERSION = 1
MOST = 20_000
STAY = 180 * 86400.0
"""Seconds after which a failure that was not seen again is forgotten: when it comes back, it is new."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS looks (at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS seen (fingerprint TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
"""


class Looks:
    """Two processes add to one another's. Every call blocks for a moment, and returns None when the file is of no use.

    `wall` is seconds since the epoch, `now` monotonic.
    """

    def __init__(self, path: Path, notice: Callable[[str], None]) -> None:
        self._file = StateFile(path, SCHEMA, VERSION, "which failures you have seen is not remembered", notice)

    def read(self, now: float) -> set[str] | None:
        """What was ever seen; None when nobody has looked yet."""
        return self._file.use(_seen, now)

    def looked(self, fingerprints: Collection[str], wall: float, now: float) -> set[str] | None:
        """Somebody looked and saw these; gives what was ever seen, by whichever process."""

        def work(connection: sqlite3.Connection) -> set[str] | None:
            connection.execute("DELETE FROM looks")
            connection.execute("INSERT INTO looks VALUES (?)", (wall,))
            connection.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?)", [(one, wall) for one in fingerprints])
            connection.execute("DELETE FROM seen WHERE at < ?", (wall - STAY,))
            connection.execute(
                "DELETE FROM seen WHERE at < (SELECT at FROM seen ORDER BY at DESC LIMIT 1 OFFSET ?)", (MOST,)
            )
            return _seen(connection)

        return self._file.use(work, now)

    def close(self) -> None:
        self._file.close()


def _seen(connection: sqlite3.Connection) -> set[str] | None:
    if connection.execute("SELECT count(*) FROM looks").fetchone()[0] == 0:
        return None
    return {fingerprint for (fingerprint,) in connection.execute("SELECT fingerprint FROM seen")}
