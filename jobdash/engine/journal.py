"""The audit log: who changed what, and what came of it, one JSON line an event. Written before a request, and after.

A line is one write to a file that only grows, so that two processes may use the same one; `fsync` makes it outlive
this machine's sudden end. Nothing secret comes this far: a command has none, and errors are masked where they arise.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jobdash.engine.clock import Clock
from jobdash.model.command import Command, Outcome
from jobdash.model.errors import JobdashError

LONGEST = 2_000
"""Characters of the server's words that are kept."""


class JournalError(JobdashError):
    """The audit log cannot be written, so nothing is sent that would have to stand in it."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts: the user of this machine, and the machine they came from, where they came over SSH."""

    user: str
    host: str
    ssh: str | None = None


class Journal:
    """One file. Lines have `at` (UTC), `user`, `host`, `pid`, `server`, `job`, `action`, `seen`, `reason`, `phase`.

    `phase` is `sending` before the request; the line after it has the outcome's, with `status` and the server's words.
    """

    def __init__(self, path: Path, who: Who, clock: Clock, version: str = "") -> None:
        self.path = path
        self._clock = clock
        self._who = {"user": who.user, "host": who.host, "ssh": who.ssh, "pid": os.getpid(), "jobdash": version}

    def sending(self, command: Command) -> None:
        """A request is about to be sent. Raises JournalError, and then it must not be."""
        self._write({**_of(command), "phase": "sending"})

    def outcome(self, outcome: Outcome) -> None:
        """What is known of a command now. Raises JournalError."""
        words = outcome.message[:LONGEST]
        self._write({**_of(outcome.command), "phase": outcome.phase.value, "status": outcome.status, "message": words})

    def _write(self, event: dict[str, Any]) -> None:
        at = datetime.fromtimestamp(self._clock.now(), UTC).isoformat(timespec="milliseconds")
        told = {name: value for name, value in {"at": at, **self._who, **event}.items() if value not in (None, "")}
        line = json.dumps(told, ensure_ascii=True).encode() + b"\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                if os.write(file, line) != len(line):
                    raise JournalError(
                        f"the audit log {self.path} cannot be written: there is no room for a whole line"
                    )
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            raise JournalError(f"the audit log {self.path} cannot be written: {error.strerror}") from None


def _of(command: Command) -> dict[str, Any]:
    return {
        "server": command.key.server,
        "job": command.key.id,
        "action": command.action.value,
        "seen": command.seen_native_state,
        "attempt": command.seen_attempts,
        "reason": command.reason,
    }


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The events of a log, the oldest first; a line that is not whole is passed over."""
    try:
        with path.open("rb") as file:
            for line in file:
                try:
                    event = json.loads(line)
                except ValueError:
                    continue
                if isinstance(event, dict):
                    yield event
    except FileNotFoundError:
        return
