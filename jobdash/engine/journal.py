"""The audit log: who changed what, and what came of it, one JSON line an event. Written before a request, and after.

How lines reach the disk whole: `whole_lines.py`. Nothing secret comes this far: a command has none, and errors are
masked where they arise.
"""

import asyncio
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ParamSpec

from jobdash.engine.clock import Clock
from jobdash.engine.whole_lines import WholeLines
from jobdash.model.command import Command, Outcome, QueueCommand
from jobdash.model.errors import JobdashError

LONGEST = 2_000
"""Characters of the server's words that are kept."""

SENDING = "sending"
"""The phase of the line before a request."""

NOT_SENT = "not sent: "
"""How the words begin that are said of a wish for which no request left."""

Wish = Command | QueueCommand


class JournalError(JobdashError):
    """The audit log cannot be written, so nothing is sent that would have to stand in it."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts: the user of this machine, and the machine they came from, where they came over SSH."""

    user: str
    host: str
    ssh: str | None = None


class Journal:
    """Lines have `at` (UTC), `user`, `host`, `ssh`, `pid`, `jobdash`, `server`, `job`, `action`, `seen`, `phase` ...

    `phase` is `sending` before the request; the line after it has the outcome's, with `status` and the server's words.
    Where the log is not `required`, one that cannot be written is only told: `problem` says why.
    """

    def __init__(
        self, file: Path | WholeLines, who: Who, clock: Clock, version: str = "", *, required: bool = True
    ) -> None:
        self.file = file if isinstance(file, WholeLines) else WholeLines(file)
        self.required = required
        self.problem: str | None = None
        self._clock = clock
        self._who = {"user": who.user, "host": who.host, "ssh": who.ssh, "pid": os.getpid(), "jobdash": version}

    def sending(self, wish: Wish) -> None:
        """A request is about to be sent. Raises JournalError, and then it must not be."""
        self._write({**_of(wish), "phase": SENDING})

    def outcome(self, outcome: Outcome) -> None:
        """What is known of a command now. Raises JournalError."""
        self.came(outcome.command, outcome.phase.value, outcome.message, outcome.status)

    def came(self, wish: Wish, phase: str, words: str, status: int | None = None) -> None:
        """What came of a wish. Raises JournalError."""
        self._write({**_of(wish), "phase": phase, "status": status, "message": words[:LONGEST]})

    def bulk(self, id: str, action: str, phase: str, reason: str | None, counts: dict[str, int]) -> None:
        """A bulk begins or has ended. Raises JournalError."""
        self._write({"bulk": id, "action": action, "phase": phase, "reason": reason, "counts": counts})

    def submission(
        self, server: str, form: str, phase: str, *, id: str = "", words: str = "", reason: str | None = None
    ) -> None:
        """A new job is about to be asked for, or what became of that. Raises JournalError."""
        told = {"server": server, "job": id, "action": "submit", "form": form, "reason": reason}
        self._write({**told, "phase": phase, "message": words[:LONGEST]})

    def _write(self, event: dict[str, Any]) -> None:
        at = datetime.fromtimestamp(self._clock.now(), UTC).isoformat(timespec="milliseconds")
        told = {name: value for name, value in {"at": at, **self._who, **event}.items() if value not in (None, "")}
        try:
            self.file.append(json.dumps(told, ensure_ascii=True).encode() + b"\n")
            self.problem = None
        except OSError as error:
            self.problem = f"the audit log {self.file.path} cannot be written: {error.strerror}"
            if self.required:
                raise JournalError(self.problem) from None


P = ParamSpec("P")


async def aside(write: Callable[P, None], *given: P.args, **named: P.kwargs) -> None:
    """Writes by a method of a Journal while others go on; the disk may take its time. Raises what that raises.

    The line is on the disk when this returns, and also when nobody waits any more: lines keep their order.
    """
    writing = asyncio.create_task(asyncio.to_thread(write, *given, **named))
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        await asyncio.wait([writing])
        raise


def _of(wish: Wish) -> dict[str, Any]:
    match wish:
        case Command():
            return {
                "server": wish.key.server,
                "job": wish.key.id,
                "action": wish.action.value,
                "seen": wish.seen_native_state,
                "attempt": wish.seen_attempts,
                "reason": wish.reason,
                "bulk": wish.bulk,
            }
        case QueueCommand():
            return {
                "server": wish.server,
                "queue": wish.queue,
                "action": wish.action.value,
                "reason": wish.reason,
            }


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The events of a log and of the files it was rotated into, oldest first; a torn line is passed over."""
    for file in WholeLines(path).files():
        yield from _events(file)


def _events(path: Path) -> Iterator[dict[str, Any]]:
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
