"""The bytes of an answer, read as JSON. What the JSON means is the dialects' business."""

import json
import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

from jobdash.client.sentence import one_line
from jobdash.model.errors import BadAnswer
from jobdash.model.job import Json, NoNumber


def read_json(text: str | bytes) -> Json:
    """A JSON value; whole numbers stay exact. Raises ValueError.

    Of equal keys in one object the last counts; the others stay, under a name that says so. NaN, Infinity and numbers
    too large for a float are read as NoNumber: they cannot be sorted, added or drawn.
    """
    try:
        return json.loads(text, parse_constant=NoNumber, parse_float=_finite, object_pairs_hook=_object)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def read_body(data: bytes, headers: Mapping[str, str], *, text_welcome: bool = False) -> Json:
    """What the body says: None when it is empty, text only where that is welcome. Raises BadAnswer."""
    kind, _, rest = headers.get("content-type", "").lower().partition(";")
    kind = kind.strip()
    text = decoded(data, rest)
    if not text.strip():
        return None
    try:
        return read_json(text)
    except ValueError as error:
        if kind in ("text/html", "application/xhtml+xml") or text.lstrip()[:9].lower().startswith(
            ("<!doctype", "<html")
        ):
            raise BadAnswer(f'answered HTML instead of JSON (a proxy or login page?): "{_snippet(text)}"') from None
        if text_welcome and kind == "text/plain":
            return text
        named = f"{one_line(kind, 40)}, not JSON" if kind and "json" not in kind else "malformed JSON"
        raise BadAnswer(f'answered {named} ({one_line(str(error), 80)}): "{_snippet(text)}"') from None


def decoded(data: bytes, parameters: str = "") -> str:
    """Text by the charset of a content type's parameters, by the BOM, or by what JSON looks like; never fails."""
    _, found, charset = parameters.replace(" ", "").partition("charset=")
    charset = charset.partition(";")[0].strip("\"'") if found else ""
    for name in (charset, json.detect_encoding(data)):
        if name and name not in ("utf-8", "utf8"):
            try:
                return data.decode(name, "replace").removeprefix("\ufeff")
            except (LookupError, UnicodeError, ValueError):
                continue
    return data.decode("utf-8-sig", "replace")


def _finite(text: str) -> float | NoNumber:
    number = float(text)
    return number if math.isfinite(number) else NoNumber(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    return made if len(made) == len(pairs) else _told_twice(pairs)


def _told_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """All values of an object whose server uses a key more than once, as `key (1 of 2)` and `key`."""
    times, told = Counter(name for name, _ in pairs), Counter[str]()
    made: dict[str, Any] = {}
    for name, value in pairs:
        told[name] += 1
        shown = name if told[name] == times[name] else f"{name} ({told[name]} of {times[name]})"
        while shown != name and shown in times:
            shown += "'"
        made[shown] = value
    return made


def _snippet(text: str) -> str:
    return one_line(text, 80)
