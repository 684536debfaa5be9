"""`audit`: who changed what, and what came of it, from the log that every change is written to."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from jobdash.engine.wishes import Wish
from jobdash.headless.out import Out, json_text
from jobdash.headless.plain import plain
from jobdash.headless.table import table

FIELDS = (
    "at", "user", "host", "ssh", "pid", "jobdash", "server", "job", "queue", "form", "action", "bulk", "reason",
    "seen", "attempt", "sent", "phase", "status", "message", "counts",
)  # fmt: skip
"""The columns of an export."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which wishes are meant; None means any. `since` and `until` are seconds since the epoch."""

    server: Sequence[str] = ()
    job: str | None = None
    action: str | None = None
    user: str | None = None
    phase: str | None = None
    bulk: str | None = None
    since: float | None = None
    until: float | None = None
    sent: bool | None = None

    def keeps(self, wish: Wish) -> bool:
        if self.server and wish.get("server") not in self.server:
            return False
        if self.sent is not None and wish.sent is not self.sent:
            return False
        if self.phase is not None and wish.phase != self.phase:
            return False
        asked = {"job": self.job, "action": self.action, "user": self.user, "bulk": self.bulk}
        if any(value is not None and str(wish.get(name)) != value for name, value in asked.items()):
            return False
        at = moment(wish.events[0].get("at"))
        early = self.since is not None and (at is None or at < self.since)
        late = self.until is not None and (at is None or at > self.until)
        return not (early or late)


def moment(text: Any) -> float | None:
    """The time that a line tells, in seconds since the epoch."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def show_audit(
    wishes: Iterable[Wish], out: Out, wanted: Filter, *, form: str = "table", limit: int | None = None
) -> int:
    """Lists the newest `limit` wishes in the order of time; `form` is table, json or csv."""
    found = [wish for wish in wishes if wanted.keeps(wish)]
    found = found[-limit:] if limit else found
    if form == "json":
        for wish in found:
            out.json(wish.record)
    elif form == "csv":
        out.lines(_csv(found))
    else:
        heads = ("at", "user", "action", "job", "phase", "reason", "server's words")
        out.lines(table(heads, [_row(wish) for wish in found], out.width))
        if not found:
            out.note("no change stands in the audit log that fits")
    return 0


def _row(wish: Wish) -> tuple[str, ...]:
    at = str(wish.events[0].get("at", ""))[:19].replace("T", " ")
    where = "/".join(str(part) for part in (wish.get("server"), wish.get("job") or wish.get("queue")) if part)
    what = where or f"bulk {wish.get('bulk')}"
    counts = wish.get("counts")
    words = wish.message or (", ".join(f"{count} {name}" for name, count in counts.items()) if counts else "")
    cells = (at, wish.get("user"), wish.get("action"), what, wish.phase, wish.get("reason"), words)
    return tuple(plain(str(cell or "")) for cell in cells)


def _csv(wishes: Iterable[Wish]) -> list[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(FIELDS)
    for wish in wishes:
        record = wish.record
        writer.writerow([_harmless(record.get(name)) for name in FIELDS])
    return buffer.getvalue().splitlines()


def _harmless(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = plain("" if value is None else json_text(value) if isinstance(value, dict) else str(value))
    formula = text.startswith(("=", "+", "-", "@")) and not text.lstrip("-").replace(".", "").isdigit()
    return f"'{text}" if formula else text
