"""The audit log read back: its lines put together to wishes, each with what was sent and what came of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jobdash.engine.journal import NOT_SENT, SENDING

LOST = "unknown"
"""The phase of a wish that was sent and of which nothing more was written down: jobdash ended meanwhile."""

FINAL = frozenset({"confirmed", "refused", "failed", "unconfirmed", "unknown"})


@dataclass(slots=True)
class Wish:
    """`sent` is True when a request may have left; `events` are its lines, the oldest first."""

    events: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def sent(self) -> bool:
        last = self.events[-1]
        withheld = "status" not in last and str(last.get("message", "")).startswith(NOT_SENT)
        return not withheld and any(event.get("phase") == SENDING for event in self.events)

    @property
    def phase(self) -> str:
        """The last that is known."""
        last = str(self.events[-1].get("phase", ""))
        return LOST if last == SENDING else last

    @property
    def message(self) -> str:
        if self.events[-1].get("phase") == SENDING:
            return "sent, and nothing more was written down: look at the job"
        return str(self.events[-1].get("message", ""))

    def get(self, name: str) -> Any:
        """A field of the newest line that has it."""
        return next((event[name] for event in reversed(self.events) if name in event), None)

    @property
    def record(self) -> dict[str, Any]:
        """Everything, as one flat record."""
        merged: dict[str, Any] = {}
        for event in self.events:
            merged.update(event)
        return {
            **merged,
            "at": self.events[0].get("at"),
            "phase": self.phase,
            "sent": self.sent,
            "message": self.message,
        }


def wishes(events: Iterable[Mapping[str, Any]]) -> Iterator[Wish]:
    """Every wish in the order in which it began; lines about bulks are wishes of their own."""
    open_ones: dict[tuple[Any, ...], Wish] = {}
    all_wishes: list[Wish] = []
    for event in events:
        whose = tuple(event.get(name) for name in ("host", "pid", "server", "job", "queue", "form", "action", "bulk"))
        known = open_ones.get(whose)
        # A new job has no id before there is one.
        if known is None and event.get("form"):
            known = open_ones.get((*whose[:3], None, *whose[4:]))
        if known is None or event.get("phase") == SENDING or known.phase in FINAL - {LOST} or "counts" in event:
            known = open_ones[whose] = Wish()
            all_wishes.append(known)
        known.events.append(event)
    yield from all_wishes
