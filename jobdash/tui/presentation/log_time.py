"""The time that a person types to jump to in a log: a time of day, a date with a time, or how long ago."""

import re
from datetime import datetime, timedelta, tzinfo

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
AGO = re.compile(r"-(\d{1,6})([smhd])")
OF_DAY = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?Z?")


def moment(text: str, now: float, near: float, tz: tzinfo | None) -> float | None:
    """Seconds since the epoch, None when it is no time. A time of day is the last one before `near`, the log's end."""
    text = text.strip()
    if (ago := AGO.fullmatch(text)) is not None:
        return now - int(ago[1]) * UNITS[ago[2]]
    try:
        if (day := OF_DAY.fullmatch(text)) is not None:
            end = datetime.fromtimestamp(near, tz)
            then = end.replace(hour=int(day[1]), minute=int(day[2]), second=int(day[3] or 0), microsecond=0)
            return (then if then <= end + timedelta(minutes=1) else then - timedelta(days=1)).timestamp()
        then = datetime.fromisoformat(text)
        return (then if then.tzinfo is not None else then.replace(tzinfo=tz)).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
