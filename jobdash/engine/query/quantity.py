"""Reads quantities as people write them: `1h30m`, `10MB`, `75%`, `p95`, `2026-11-22T03:00`, `-30m`."""

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
BYTES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "ki": 2**10, "mi": 2**20, "gi": 2**30, "ti": 2**40}

SPAN = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+", re.ASCII)
SPAN_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhdw])", re.ASCII)
SIZE = re.compile(r"(-?\d+(?:\.\d+)?)([kmgt]i?)?b?", re.ASCII)
PERCENT = re.compile(r"(\d+(?:\.\d+)?)%", re.ASCII)
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?", re.ASCII)
PERCENTILE = re.compile(r"p(\d{1,2})", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d(:\d\d(:\d\d(\.\d{1,6})?)?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)


def number(text: str) -> float | None:
    """A plain number, or one with a percent sign; None, here and below, when it is not one."""
    text = text.lower()
    if match := PERCENT.fullmatch(text):
        return float(match[1])
    value = float(text) if NUMBER.fullmatch(text) else math.inf
    return value if math.isfinite(value) else None


def size(text: str) -> float | None:
    """Bytes: `10MB` is ten million, `10MiB` is 10 x 1024 x 1024."""
    match = SIZE.fullmatch(text.lower())
    return float(match[1]) * BYTES[match[2] or ""] if match else None


def seconds(text: str) -> float | None:
    """A duration; a number without a unit is seconds."""
    text = text.lower()
    if SPAN.fullmatch(text):
        total = sum(float(count) * SECONDS[unit] for count, unit in SPAN_PART.findall(text))
        return total if math.isfinite(total) else None
    return number(text) if "%" not in text else None


def percentile(text: str) -> int | None:
    """`p50`, `p95`, `p99`: compared with other jobs of the same type."""
    match = PERCENTILE.fullmatch(text.lower())
    return int(match[1]) if match else None


def ago(text: str) -> float | None:
    """`-30m`, `+10m`: seconds from now, below zero in the past."""
    if text[:1] not in ("-", "+") or not SPAN.fullmatch(text[1:].lower()):
        return None
    distance = seconds(text[1:])
    return None if distance is None else (-distance if text[0] == "-" else distance)


def moment(text: str) -> tuple[float, float] | None:
    """When a date or a date and time begins and ends, as precise as it was written; UTC unless it says otherwise."""
    try:
        if DAY.fullmatch(text):
            day = date.fromisoformat(text)
            return _range(datetime(day.year, day.month, day.day, tzinfo=UTC), timedelta(days=1))
        match = MOMENT.fullmatch(text.upper())
        if match is None:
            return None
        at = datetime.fromisoformat(text.upper())
        precision = timedelta(seconds=1) if match[2] else timedelta(minutes=1) if match[1] else timedelta(hours=1)
        return _range(at if at.tzinfo else at.replace(tzinfo=UTC), precision)
    except (ValueError, OverflowError):
        return None


def _range(start: datetime, length: timedelta) -> tuple[float, float]:
    return start.timestamp(), start.timestamp() + length.total_seconds()


READERS: tuple[Callable[[str], float | None], ...] = (number, size, seconds)


def any_number(text: str) -> float | None:
    """A number, a size or a duration, for values of which nothing is known; `10m` is ten million."""
    return next((value for read in READERS if (value := read(text)) is not None), None)
