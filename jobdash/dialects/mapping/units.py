"""What a value means: text, counts, progress, sizes, flags. Every function takes a value that is not None and
gives the converted one, None when it says nothing, or raises Unusable. Times live in `times`."""

import json
import math
import re
from collections.abc import Callable
from typing import Any

from jobdash.dialects.mapping.unusable import WIDTH, Unusable

Convert = Callable[[Any], Any]

TEXT_LIMIT = 2_000
ID_LIMIT = 1_024
COUNT_LIMIT = 2**63 - 1
WORDS_OF = ("message", "msg", "error", "detail")
MEGABYTE = {"b": 1e-6, "k": 1e-3, "m": 1.0, "g": 1e3, "t": 1e6}
MEBIBYTE = {"b": 1e-6, "k": 0.001024, "m": 1.048576, "g": 1073.741824, "t": 1099511.627776}
SIZE = re.compile(r"(\d{1,18}(?:\.\d{0,9})?)\s*([kmgt]?)(i?)(b?|bytes?)", re.IGNORECASE)
PER_CENT = re.compile(r"(\d{1,6}(?:\.\d{0,18})?)\s*%?")


def text(value: Any) -> str | None:
    """Text as it is, numbers as text; blank text says nothing. Long text is cut at 2,000 characters.

    Half a surrogate pair becomes `?`: no file and no terminal takes it.
    """
    if type(value) is str:
        if len(value) > TEXT_LIMIT:
            value = value[: TEXT_LIMIT - 1] + "…"
        value = writable(value)
        return value if value and not value.isspace() else None
    if type(value) is int and -COUNT_LIMIT <= value <= COUNT_LIMIT:
        return str(value)
    if type(value) is float and math.isfinite(value):
        return f"{value:g}"
    raise Unusable("text", value)


def message(value: Any, depth: int = 3) -> str | None:
    """Like `text`, but words of the server are never lost to their shape: lists are joined, objects become JSON.

    Lists more than `depth` deep become JSON too.
    """
    if type(value) is str:
        return text(value)
    if isinstance(value, bool):
        return None
    if isinstance(value, list) and depth:
        parts = (message(entry, depth - 1) for entry in value[:20] if entry is not None)
        return text("; ".join(part for part in parts if part))
    if isinstance(value, dict):
        for key in WORDS_OF:
            if isinstance(value.get(key), str):
                return text(value[key])
    return text(as_json(value) if isinstance(value, list | dict) else value)


def log_text(value: Any) -> str | None:
    """What a line of a log says: text as it is, blank or long; anything else like a message, as whole."""
    if isinstance(value, dict):
        value = next((value[key] for key in WORDS_OF if isinstance(value.get(key), str)), value)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = "; ".join(value)
    if isinstance(value, str):
        return writable(value)
    return as_json(value) if isinstance(value, list | dict) else message(value)


def reason(value: Any) -> str | None:
    """One line of a message, the one that says why: the first, or the last of a Python traceback."""
    said = message(value)
    if said is None or "\n" not in said:
        return said
    whole = value if isinstance(value, str) else said
    lines = [line.strip() for line in whole.strip().splitlines() if line.strip()]
    return text(lines[-1 if lines[0].startswith("Traceback (") else 0])


def as_json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except (RecursionError, ValueError):
        raise Unusable("a message", value) from None


def identity(value: Any) -> str:
    """A job's id: text or a whole number, not empty, not longer than 1,024 characters, sendable as UTF-8."""
    if type(value) is str and 0 < len(value) <= ID_LIMIT and sendable(value):
        return value
    if type(value) is int and -COUNT_LIMIT <= value <= COUNT_LIMIT:
        return str(value)
    raise Unusable("an id (text or a whole number)", value)


def sendable(value: str) -> bool:
    """False for text with half a surrogate pair, which JSON can hold and no URL can."""
    return writable(value) is value


def writable(value: str) -> str:
    """The text with `?` for half a surrogate pair; the very same where there is none."""
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode(errors="replace").decode()
    return value


def state_name(value: Any) -> str:
    """A native state as the key of the state table: text, a number or a flag."""
    if type(value) is str and value and len(value) <= ID_LIMIT:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is float and value.is_integer() and abs(value) < COUNT_LIMIT:
        return str(int(value))
    if type(value) is int and -COUNT_LIMIT <= value <= COUNT_LIMIT:
        return str(value)
    raise Unusable("a state (text, a number or true or false)", value)


def count(value: Any) -> int:
    """A whole number that is not negative; 3.0 is one, "3" and true are not."""
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is int and 0 <= value <= COUNT_LIMIT:
        return value
    raise Unusable("a whole number that is not negative", value)


def number(value: Any) -> float:
    """A finite number that is not negative."""
    if type(value) in (int, float) and 0 <= value <= 1e300:
        return float(value)
    raise Unusable("a number that is not negative", value)


def percent(value: Any) -> float:
    """0 to 100, clamped; text such as "75%" is understood."""
    if type(value) in (int, float) and 0 <= value <= 100:
        return float(value)
    return clamped(value, 1)


def fraction_of_one(value: Any) -> float:
    """0 to 1, as percent."""
    return clamped(value, 100)


def clamped(value: Any, factor: int) -> float:
    if type(value) is str and (found := PER_CENT.fullmatch(value.strip())):
        value = float(found[1])
        factor = 1 if "%" in found[0] else factor
    if type(value) not in (int, float) or not (-math.inf < value < math.inf):
        raise Unusable("a number for the progress", value)
    return min(100.0, max(0.0, float(min(100, max(-1, value)) * factor)))


def flag(value: Any) -> bool:
    if type(value) is bool:
        return value
    raise Unusable("true or false", value)


def size(unit: str) -> Convert:
    """Megabytes (10^6 bytes) from a number in `unit` (b, kb, mb, gb) or from text with its own, such as "120MB"."""
    factor = MEGABYTE[unit[0]]

    def convert(value: Any) -> float:
        if type(value) is str and len(value) < 64 and (found := SIZE.fullmatch(value.strip())):
            table = MEBIBYTE if found[3] else MEGABYTE
            own = bool(found[2] or found[4])
            return float(found[1]) * (table[(found[2] or "b").lower()] if own else factor)
        try:
            return number(value) * factor
        except Unusable:
            raise Unusable('a size such as 120 or "120MB"', value) from None

    return convert


def texts(value: Any) -> tuple[str, ...]:
    """One text or a list of texts; what is not text in the list is left out."""
    entries = value if isinstance(value, list) else [value]
    found = tuple(entry for entry in entries[:10_000] if isinstance(entry, str) and entry)
    if entries and not found and any(entry is not None for entry in entries):
        raise Unusable("a text or a list of texts", value)
    return found


def short(value: str) -> str:
    """An id for a sentence."""
    return value if len(value) <= WIDTH else value[: WIDTH - 1] + "…"
