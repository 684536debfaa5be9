"""The alerts in a SQLite file, so that a restart neither repeats nor forgets one and two processes agree."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from jobdash.engine.statefile import StateFile
from jobdash.model.alert import Alert, AlertEvent, AlertKey, Severity, Turn

VERSION = 1
EVENTS_STAY = 30 * 86400.0
MOST_EVENTS = 20_000
MOST_KINDS = 10_000
SCHEMA = """
CREATE TABLE IF NOT EXISTS alerts (
    rule TEXT, server TEXT, queue TEXT, type TEXT, alert TEXT NOT NULL, PRIMARY KEY (rule, server, queue, type)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY, at REAL NOT NULL, rule TEXT, server TEXT, queue TEXT, type TEXT,
    turn TEXT NOT NULL, severity TEXT NOT NULL, words TEXT NOT NULL, who TEXT
);
CREATE TABLE IF NOT EXISTS kinds (
    server TEXT, kind TEXT, seen_at REAL NOT NULL, PRIMARY KEY (server, kind)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS told (
    rule TEXT, server TEXT, queue TEXT, type TEXT, PRIMARY KEY (rule, server, queue, type)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS people (who TEXT PRIMARY KEY, seen_at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS watched (server TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
"""
FORGET_TOLD = "DELETE FROM told WHERE rule=? AND server=? AND queue=? AND type=?"


@dataclass(frozen=True, slots=True)
class Written:
    """One alert as it is after an event."""

    alert: Alert
    event: AlertEvent


@dataclass(frozen=True, slots=True)
class Presence:
    """Who pressed a key when, which servers are watched at `at`, and what is raised there; seconds since the epoch."""

    who: str
    seen_at: float | None
    at: float
    servers: Sequence[str] = ()
    raised: Sequence[Alert] = ()


class KeptAlerts:
    """Every call returns None when the file cannot be used."""

    def __init__(self, path: Path, notice: Callable[[str], None]) -> None:
        self._file = StateFile(path, SCHEMA, VERSION, "alerts are not remembered beyond this run", notice)

    def read(self, now: float) -> tuple[list[Alert], list[AlertEvent]] | None:
        """Everything that is kept."""
        return self._file.use(lambda connection: (_alerts(connection), _events(connection)), now)

    def exchange(self, writes: Iterable[Written], now: float, presence: Presence | None = None) -> list[Alert] | None:
        """Writes what happened here and who was there, and learns what happened elsewhere: all alerts as they are."""

        def work(connection: sqlite3.Connection) -> list[Alert]:
            if presence is not None:
                _note(connection, presence)
            return _exchange(connection, list(writes))

        return self._file.use(work, now)

    def told(self, now: float) -> set[AlertKey] | None:
        """The alerts that somebody was told of, and not yet that they are over."""
        found = self._file.use(lambda c: c.execute("SELECT rule, server, queue, type FROM told").fetchall(), now)
        return None if found is None else {AlertKey(*row) for row in found}

    def claim(self, raised: Iterable[AlertKey], cleared: Iterable[AlertKey], now: float) -> set[AlertKey] | None:
        """Notes that these are told now; which of them no other process and no earlier run has told."""

        def work(connection: sqlite3.Connection) -> set[AlertKey]:
            steps = (("INSERT OR IGNORE INTO told VALUES (?, ?, ?, ?)", raised), (FORGET_TOLD, cleared))
            return {key for step, keys in steps for key in keys if connection.execute(step, key).rowcount}

        return self._file.use(work, now)

    def seen_at(self, who: str, now: float) -> float | None:
        """When this person pressed a key for the last time, in any jobdash; None when that is not known."""
        found = self._file.use(lambda c: c.execute("SELECT seen_at FROM people WHERE who = ?", (who,)).fetchone(), now)
        return None if found is None else float(found[0])

    def watched(self, now: float) -> dict[str, float] | None:
        """When each server was watched for the last time, by any jobdash."""
        found = self._file.use(lambda c: c.execute("SELECT server, at FROM watched").fetchall(), now)
        return None if found is None else dict(found)

    def kinds(self, now: float) -> list[tuple[str, str]] | None:
        """The kinds of errors that were ever seen, by server."""
        return self._file.use(lambda c: c.execute("SELECT server, kind FROM kinds").fetchall(), now)

    def add_kinds(self, kinds: Iterable[tuple[str, str]], wall: float, now: float) -> None:
        """Remembers kinds of errors; beyond a bound the ones first seen longest ago are forgotten."""

        def work(connection: sqlite3.Connection) -> None:
            rows = [(*kind, wall) for kind in kinds]
            connection.executemany("INSERT OR IGNORE INTO kinds VALUES (?, ?, ?)", rows)
            connection.execute(
                "DELETE FROM kinds WHERE seen_at < (SELECT seen_at FROM kinds ORDER BY seen_at DESC LIMIT 1 OFFSET ?)",
                (MOST_KINDS,),
            )

        self._file.use(work, now)

    def forget(self, keys: Iterable[AlertKey], wall: float, now: float) -> None:
        """Drops old alerts, and events of more than a month ago."""

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany("DELETE FROM alerts WHERE rule=? AND server=? AND queue=? AND type=?", list(keys))
            connection.execute("DELETE FROM events WHERE at < ?", (wall - EVENTS_STAY,))
            connection.execute(
                "DELETE FROM events WHERE number <= (SELECT max(number) FROM events) - ?", (MOST_EVENTS,)
            )

        self._file.use(work, now)

    def close(self) -> None:
        self._file.close()


def _exchange(connection: sqlite3.Connection, writes: list[Written]) -> list[Alert]:
    for alert, event in ((written.alert, written.event) for written in writes):
        known = _alert(connection, alert.key)
        if event.turn is Turn.RAISED:
            if known is not None and known.raised:
                continue
        elif event.turn is Turn.CLEARED and known is not None and not known.raised:
            continue
        _put(connection, alert)
        connection.execute(
            "INSERT INTO events (at, rule, server, queue, type, turn, severity, words, who) VALUES (?,?,?,?,?,?,?,?,?)",
            (event.at, *event.key, event.turn, event.severity, event.words, event.by),
        )
    return _alerts(connection)


def _note(connection: sqlite3.Connection, presence: Presence) -> None:
    if presence.seen_at is not None:
        connection.execute(
            "INSERT INTO people VALUES (?, ?) ON CONFLICT (who) DO UPDATE SET seen_at = max(seen_at, excluded.seen_at)",
            (presence.who, presence.seen_at),
        )
    connection.executemany(
        "INSERT OR REPLACE INTO watched VALUES (?, ?)", [(server, presence.at) for server in presence.servers]
    )
    for alert in presence.raised:
        known = _alert(connection, alert.key)
        if known is not None and known.raised and known.words != alert.words:
            _put(connection, replace(known, value=alert.value, words=alert.words))


def _put(connection: sqlite3.Connection, alert: Alert) -> None:
    connection.execute("INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?, ?)", (*alert.key, json.dumps(asdict(alert))))


def _alert(connection: sqlite3.Connection, key: AlertKey) -> Alert | None:
    row = connection.execute(
        "SELECT alert FROM alerts WHERE rule=? AND server=? AND queue=? AND type=?", key
    ).fetchone()
    return None if row is None else _decoded(row[0])


def _alerts(connection: sqlite3.Connection) -> list[Alert]:
    rows = connection.execute("SELECT alert FROM alerts").fetchall()
    return [alert for (text,) in rows if (alert := _decoded(text)) is not None]


def _events(connection: sqlite3.Connection) -> list[AlertEvent]:
    rows = connection.execute(
        "SELECT at, rule, server, queue, type, turn, severity, words, who FROM events ORDER BY number DESC LIMIT 1000"
    ).fetchall()
    return [
        AlertEvent(at, AlertKey(rule, server, queue, type), Turn(turn), Severity(severity), words, who)
        for at, rule, server, queue, type, turn, severity, words, who in reversed(rows)
    ]


def _decoded(text: str) -> Alert | None:
    """None for a row that no jobdash of this version could have written."""
    try:
        found: dict[str, Any] = json.loads(text)
        found["key"] = AlertKey(*found["key"])
        found["severity"] = Severity(found["severity"])
        return Alert(**found)
    except (ValueError, TypeError, KeyError):
        return None
