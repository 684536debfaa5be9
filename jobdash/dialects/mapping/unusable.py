"""A value that is not what a field needs, in words; and a short, safe way to quote any JSON value."""

import json
from typing import Any

WIDTH = 80


class Unusable(Exception):
    """`expected` says what the field needs, `value` is what was there. Never leaves the mapping package."""

    def __init__(self, expected: str, value: Any) -> None:
        super().__init__(expected)
        self.expected = expected
        self.value = value

    def about(self, place: str) -> str:
        """One sentence that names the place, what was expected, and a snippet."""
        return f"{place}: expected {self.expected}, got {snippet(self.value)}"


def snippet(value: Any) -> str:
    """At most about 80 characters of `value` as JSON, whatever its size or depth; never raises."""
    text = brief(value, 3)
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def brief(value: Any, depth: int) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value[:WIDTH], ensure_ascii=False)
        case int():
            return str(value) if -(10**30) < value < 10**30 else "a huge number"
        case dict() if value and depth:
            return "{" + ", ".join(f"{brief(key, 0)}: {brief(value[key], depth - 1)}" for key in list(value)[:4]) + "}"
        case list() if value and depth:
            return "[" + ", ".join(brief(part, depth - 1) for part in value[:4]) + "]"
        case dict():
            return "{…}" if value else "{}"
        case list():
            return "[…]" if value else "[]"
        case _:
            return str(value)[:WIDTH]
