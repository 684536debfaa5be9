"""Durations and moments as people write them on a command line."""

import re
from datetime import UTC, datetime

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "": 1.0}
PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhd]?)")


def duration(text: str) -> float:
    """Seconds from `90`, `5s`, `2m`, `1h30m`. Raises ValueError in one sentence."""
    packed = text.replace(" ", "")
    parts = PART.findall(packed)
    total = sum(float(number) * UNITS[unit] for number, unit in parts)
    if not parts or "".join(number + unit for number, unit in parts) != packed or total <= 0:
        raise ValueError(f"a duration like 30s, 5m or 1h30m is expected, not {text!r}")
    return total


def moment(text: str, now: float) -> float:
    """Seconds since the epoch from a duration before `now`, or from an ISO 8601 time (UTC unless it says otherwise)."""
    try:
        return now - duration(text)
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"a duration like 10m or a time like 2026-11-22T03:00 is expected, not {text!r}") from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
