"""Real figures about this process: CPU and memory. A figure the platform does not tell is left out."""

from __future__ import annotations

import time
from pathlib import Path

SMOOTHING = 0.5
"""Seconds a CPU figure is kept; a shorter interval would measure noise."""


class Meter:
    """Measures between two questions."""

    def __init__(self) -> None:
        self._at, self._used = time.monotonic(), time.process_time()
        self._percent = 0.0

    def cpu_percent(self) -> float:
        """Per cent of one core since the last figure."""
        at, used = time.monotonic(), time.process_time()
        if at - self._at >= SMOOTHING:
            self._percent = round(100.0 * (used - self._used) / (at - self._at), 1)
            self._at, self._used = at, used
        return self._percent


def memory_mb() -> float | None:
    """Resident memory in megabytes, None where unknown."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmRSS:"):
                return round(int(line.split()[1]) / 1024, 1)
    return None
