"""Times as the documents write them: ISO 8601 in UTC with a `Z`, to the second or the millisecond."""

from __future__ import annotations

from datetime import UTC, datetime


def seconds(moment: float | None) -> str | None:
    """`2024-01-21T10:30:00Z`, or None where there is no moment yet."""
    return None if moment is None else datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def millis(moment: float | None) -> str | None:
    """`2024-01-01T00:00:00.000Z`, or None where there is no moment yet."""
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
