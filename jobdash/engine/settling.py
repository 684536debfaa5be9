"""Whether the cursor rests on a job: rows that it passes over are not read, so that they cost nothing."""

SETTLE = 0.15
"""Seconds that the cursor must rest on a job before it is read."""

LATE = 0.02
"""Seconds by which a turn may come late. Later, and the cursor may have moved on while this program was busy."""

PATIENCE = 6
"""So many times the cursor's job is put off like this, at most."""


class Settling:
    """Times are monotonic seconds."""

    def __init__(self) -> None:
        self._due = 0.0
        self._patience = 0

    def moved(self, now: float) -> float:
        """The cursor went to another job; the time at which that is to be read."""
        self._due, self._patience = now + SETTLE, PATIENCE
        return self._due

    def put_off(self, now: float) -> float | None:
        """When to try again where the turn comes so late that keys may be waiting; a few times, not for ever."""
        late, self._due = now - self._due > LATE, now + SETTLE
        self._patience -= 1
        return self._due if late and self._patience > 0 else None
