"""How long a server asks to be left alone: `Retry-After`, in seconds or as a date, by the server's own clock."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 86_400.0
"""A day, in seconds: no server is believed that wants to be left alone for longer."""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, None when the server does not say. A date counts from the answer's own `Date`."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.replace(".", "", 1).isdigit():
        return min(float(said), LONGEST)
    until, now = http_date(said), http_date(headers.get("date", ""))
    return None if until is None or now is None else min(max(until - now, 0.0), LONGEST)


def http_date(text: str) -> float | None:
    """Seconds since the epoch, UTC; None when `text` is no HTTP date."""
    try:
        moment: datetime = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
