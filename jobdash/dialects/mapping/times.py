"""Points in time and lengths of time, in every spelling that job servers use. All results are in seconds, UTC."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any, cast

from jobdash.dialects.mapping.unusable import Unusable

SCALE = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "min": 60.0, "h": 3600.0, "d": 86400.0}
NUMBERS = frozenset((int, float))
MOST_VERSIONS = 10**39
PLAIN = re.compile(r"-?[0-9]{1,39}(\.[0-9]{1,18})?")
FINER = re.compile(r"[.,]\d{6}(\d{1,3})")
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
LATEST = 253_402_300_799.0
LONGEST = 64
NUMBER = re.compile(r"\d{9,20}(\.\d{0,9})?")
SPAN = re.compile(r"(\d{1,15}(?:\.\d{0,9})?)\s*(ns|us|ms|min|s|m|h|d)\s*")
CLOCK = re.compile(r"(?:(\d{1,6}):)?(\d{1,6}):(\d{1,2}(?:\.\d{0,9})?)")
ISO_SPAN = re.compile(
    r"P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,12}(?:\.\d{0,9})?)S)?)?", re.IGNORECASE
)


def time(unit: str, zone: tzinfo = UTC) -> Callable[[Any], float | None]:
    """Seconds since the epoch from `unit`: auto, iso, http, s, ms, us or ns. Times without a zone are in `zone`.

    0 and the year 1 are how servers say "not yet": they give None. Numbers under "auto" are read by their size:
    seconds up to the year 5138, then milliseconds, microseconds and nanoseconds.
    """
    expected = EXPECTED[unit]
    scale, only_text = SCALE.get(unit), unit in ("iso", "http")

    def spelled(text: str) -> float | None:
        moment = quick(text, zone) if text[4:5] == "-" and unit in ("iso", "auto") else None
        if moment is None:
            moment = written(text.strip(), unit, zone)
        if moment is None:
            raise Unusable(expected, text)
        return within(moment, expected, text)

    def convert(value: Any) -> float | None:
        if scale and type(value) in NUMBERS and 0 < value <= LATEST / scale:
            return float(value * scale)
        if type(value) is str:
            if len(value) > LONGEST:
                raise Unusable(expected, value)
            return spelled(value) if value and not value.isspace() else None
        if type(value) not in NUMBERS or only_text or not 0 <= value < 1e22:
            raise Unusable(expected, value)
        return within(value * (scale or guessed(value)), expected, value)

    return convert


def quick(text: str, zone: tzinfo) -> float | None:
    """The usual ISO 8601 without a detour: this runs several times for every job of a listing."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()
    except (ValueError, OverflowError):
        return None


def within(moment: float, expected: str, value: Any) -> float | None:
    if 0 < moment <= LATEST:
        return moment
    if moment == 0 or moment < -60_000_000_000:
        return None
    raise Unusable(expected, value)


def guessed(value: float) -> float:
    """The scale of a number of unknown unit, by its size."""
    for limit, unit in ((1e11, "s"), (1e14, "ms"), (1e17, "us")):
        if value < limit:
            return SCALE[unit]
    return SCALE["ns"]


def written(text: str, unit: str, zone: tzinfo) -> float | None:
    """Seconds since the epoch from text; None when it is not a time."""
    if unit in SCALE or (unit == "auto" and NUMBER.fullmatch(text)):
        if not NUMBER.fullmatch(text):
            return None
        return float(text) * (SCALE[unit] if unit in SCALE else guessed(float(text)))
    try:
        moment = parsedate_to_datetime(text) if unit == "http" else iso(text, lenient=unit == "auto")
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def iso(text: str, *, lenient: bool) -> datetime:
    try:
        return datetime.fromisoformat(text.removesuffix(" UTC") + "+00:00" if text.endswith(" UTC") else text)
    except ValueError:
        if lenient:
            return parsedate_to_datetime(text)
        raise


def version(zone: tzinfo) -> Callable[[Any], float | None]:
    """What can be put in order: a number, also one in text, or a time in ISO 8601, as whole nanoseconds.

    Times without a zone are in `zone`.
    """

    def convert(value: Any) -> float | None:
        if type(value) in NUMBERS and abs(value) < MOST_VERSIONS:
            return cast("float", value)
        if type(value) is str and len(value) <= LONGEST:
            said = value.strip()
            if not said:
                return None
            if found := PLAIN.fullmatch(said):
                return float(said) if found[1] else int(said)
            with suppress(ValueError, OverflowError):
                moment, finer = datetime.fromisoformat(said), FINER.search(said)
                passed = (moment if moment.tzinfo else moment.replace(tzinfo=zone)) - EPOCH
                return passed // MICROSECOND * 1000 + (int(finer[1].ljust(3, "0")) if finer else 0)
        raise Unusable("a version that has an order (a number, or a time in ISO 8601)", value)

    return convert


def written_as(moment: float, unit: str) -> str | int:
    """A moment as a parameter says it: iso (UTC, to the millisecond), s or ms; a broken second is cut off."""
    if unit == "iso":
        return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return int(moment / SCALE[unit])


def duration(unit: str) -> Callable[[Any], float | None]:
    """Seconds from a number in `unit` or from text with units: "2m30s", "00:02:30", "PT2M30S"."""

    def convert(value: Any) -> float | None:
        if type(value) in (int, float) and 0 <= value < 1e15:
            return float(value * SCALE[unit])
        if type(value) is str and len(value) <= LONGEST and (seconds := spelled_duration(value.strip())) is not None:
            return seconds
        raise Unusable('a length of time such as 30 or "30s"', value)

    return convert


def spelled_duration(text: str) -> float | None:
    """Seconds from "500ms", "2m30s", "1:02:03" or "PT1M"; None when the text is none of these."""
    if parts := SPAN.findall(text):
        if SPAN.sub("", text):
            return None
        return sum(float(figure) * SCALE["min" if unit == "m" else unit] for figure, unit in parts)
    if found := CLOCK.fullmatch(text):
        return int(found[1] or 0) * 3600 + int(found[2]) * 60 + float(found[3])
    if len(text) > 2 and (found := ISO_SPAN.fullmatch(text)):
        days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
        return days * 86400 + hours * 3600 + minutes * 60 + seconds
    return None


EXPECTED = {
    "auto": "a time (ISO 8601 or seconds since 1970)",
    "iso": "a time in ISO 8601",
    "http": 'a time such as "Sun, 06 Nov 1994 08:49:37 GMT"',
    "s": "a time in seconds since 1970",
    "ms": "a time in milliseconds since 1970",
    "us": "a time in microseconds since 1970",
    "ns": "a time in nanoseconds since 1970",
}
