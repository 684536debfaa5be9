"""Figures with their units: thresholds as people write them, values as sentences show them."""

import re

from jobdash.engine.metrics.names import Unit
from jobdash.engine.query.quantity import number, seconds, size

DOES = re.compile(r" jobs (run|wait)\b")


def amount(text: object, unit: Unit) -> float:
    """A threshold in the metric's own unit. Raises ValueError that says what was expected."""
    value = _number(text) if isinstance(text, (int, float)) else _read(str(text).strip(), unit)
    if isinstance(text, bool) or value is None or not 0 <= value < float("inf"):
        raise ValueError(f"{unit.value} is expected, but it is {str(text)[:40]!r}")
    return value


def _number(value: float) -> float | None:
    return float(value)


def _read(text: str, unit: Unit) -> float | None:
    bare = text.replace(" ", "")
    match unit:
        case Unit.COUNT:
            return number(bare) if "%" not in bare else None
        case Unit.PERCENT:
            return number(bare) if bare.endswith("%") else None
        case Unit.SECONDS:
            return seconds(bare) if bare[-1:].isalpha() else None
        case Unit.MEGABYTES:
            bytes_ = size(bare) if bare[-1:].isalpha() else None
            return None if bytes_ is None else bytes_ / 1e6
        case Unit.PER_MINUTE:
            return number(bare.removesuffix("/min")) if bare.endswith("/min") else None
        case Unit.TIMES:
            return number(bare[:-1]) if bare.endswith("x") else None


def shown(value: float, unit: Unit) -> str:
    """`14 %`, `6m`, `235 MB`, `41/min`, `3.2 times`, `1,312`."""
    match unit:
        case Unit.COUNT:
            return f"{value:,.0f}"
        case Unit.PERCENT:
            return f"{_short(value)} %"
        case Unit.SECONDS:
            return span(value)
        case Unit.MEGABYTES:
            return f"{value:,.0f} MB"
        case Unit.PER_MINUTE:
            return f"{_short(value)}/min"
        case Unit.TIMES:
            return f"{_short(value)} times"


def sentence(words: str, value: float, unit: Unit) -> str:
    """A metric's words with a value in them; one job is no jobs."""
    text = words.format(shown(value, unit))
    if unit is not Unit.COUNT or round(value) != 1:
        return text
    return DOES.sub(r" job \1s", text).replace(" jobs", " job").replace(" errors", " error")


def span(seconds: float) -> str:
    """`45s`, `6m`, `2m10`, `1h05`, `3d 4h`."""
    whole = int(seconds)
    if whole < 60:
        return f"{_short(seconds)}s" if seconds < 10 else f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}" if whole % 60 and whole < 600 else f"{whole // 60}m"
    if whole < 86400:
        return f"{whole // 3600}h{whole % 3600 // 60:02}" if whole % 3600 >= 60 else f"{whole // 3600}h"
    return f"{whole // 86400}d {whole % 86400 // 3600}h" if whole % 86400 >= 3600 else f"{whole // 86400}d"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"
