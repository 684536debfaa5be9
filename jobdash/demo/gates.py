"""The gate of a job: whether its next slice of work may begin. Backstage control for tests.

OPEN is everyday life. HELD waits but keeps its heartbeat. STALLED waits without one, as a worker does
that hangs. HURRIED never rests between slices.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """How a gate stands."""

    OPEN = "open"
    HELD = "held"
    STALLED = "stalled"
    HURRIED = "hurried"


@dataclass(slots=True)
class Gate:
    """A gate and the number of slices that may still pass while it is held."""

    mode: Mode = Mode.OPEN
    steps: int = 0

    def may_pass(self) -> bool:
        """Let one slice through if the gate allows it, and count it."""
        if self.mode in (Mode.OPEN, Mode.HURRIED):
            return True
        if self.mode is Mode.HELD and self.steps > 0:
            self.steps -= 1
            return True
        return False
