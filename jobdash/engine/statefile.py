"""One SQLite file of state, for use in any thread: opened with care, and what goes wrong is one sentence to a person.

Two processes may use a file at the same time. Whoever uses it must be able to go on without it.
"""

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

BUSY = 3.0
"""Seconds to wait while another process writes."""

TURNS = 20

AGAIN = 30.0
"""Seconds after which a file that could not be used is tried again."""


class StateFile:
    """`notice` is called with one sentence when the file cannot be used, and not again until it could.

    `what` says in words what is lost by that; `schema` is run on every opening; `version` is that of the schema.
    """

    def __init__(self, path: Path, schema: str, version: int, what: str, notice: Callable[[str], None]) -> None:
        self.path = path
        self._schema, self._version, self._what = schema, version, what
        self._notice = notice
        self._connection: sqlite3.Connection | None = None
        self._told = False
        self._again_at = 0.0
        self._left_alone = False
        self._one_at_a_time = threading.Lock()

    def use(self, work: Callable[[sqlite3.Connection], T], now: float) -> T | None:
        """Does `work` in one transaction; None when the file cannot be used. `now` is monotonic."""
        with self._one_at_a_time:
            if self._left_alone or now < self._again_at:
                return None
            try:
                done = self._tried(work)
            except (sqlite3.Error, OSError, UnicodeError) as error:
                self._fail(error, now)
                return None
            self._told = self._told and self._left_alone
            return done

    def close(self) -> None:
        with self._one_at_a_time:
            self._let_go()

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _tried(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        try:
            return self._done(work)
        except sqlite3.DatabaseError as error:
            if not _damaged(error):
                raise
            self._set_aside()
            return self._done(work)

    def _done(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        connection = self._connection or self._opened()
        if connection is None:
            return None
        self._connection = connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            done = work(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return done

    def _opened(self) -> sqlite3.Connection | None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        connection = sqlite3.connect(self.path, timeout=BUSY, isolation_level=None, check_same_thread=False)
        try:
            with closing(connection.execute("PRAGMA user_version")) as row:
                version = row.fetchone()[0]
            if version <= self._version:
                write_ahead(connection)
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.executescript(self._schema)
                connection.execute(f"PRAGMA user_version = {self._version}")
                return connection
        except BaseException:
            connection.close()
            raise
        connection.close()
        self._left_alone = self._told = True
        self._notice(f"{self.path} was written by a newer jobdash and is left alone; {self._what}")
        return None

    def _set_aside(self) -> None:
        """What is no database any more is kept under another name, and a new one begun."""
        self._let_go()
        broken = self.path.with_suffix(".broken")
        self.path.replace(broken)
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        self._notice(f"{self.path} was damaged; it was set aside as {broken.name}, and a new one begun")

    def _fail(self, error: sqlite3.Error | OSError | UnicodeError, now: float) -> None:
        self._let_go()
        self._again_at = now + AGAIN
        if not self._told:
            self._told = True
            why, folder = getattr(error, "strerror", None) or error, self.path.parent
            if _of_the_folder(error, folder):
                self._notice(f"{folder}: {why}; what happens is not remembered beyond this run")
            else:
                self._notice(f"{self.path}: {why}; {self._what}")


def write_ahead(connection: sqlite3.Connection) -> None:
    """Two processes that make a file at the same time get in each other's way here, and SQLite does not wait for it."""
    for _ in range(TURNS):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            connection.execute("BEGIN IMMEDIATE")  # which waits
            connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")


def _of_the_folder(error: Exception, folder: Path) -> bool:
    """Whether no file can be kept there. All of them say so in the same words, of which one is enough."""
    full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return full or isinstance(error, OSError) or not os.access(folder, os.W_OK | os.X_OK)


def _damaged(error: sqlite3.DatabaseError) -> bool:
    return not isinstance(error, sqlite3.OperationalError | sqlite3.IntegrityError | sqlite3.ProgrammingError)
