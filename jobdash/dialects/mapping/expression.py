"""Where a value lies in an answer: JMESPath, with plain dotted paths as plain getters. Nothing of what it means."""

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any

import jmespath
from jmespath import functions
from jmespath.exceptions import JMESPathError, LexerError, ParseError

from jobdash.dialects.mapping.unusable import Unusable

Getter = Callable[[Any], Any]
"""Takes a decoded answer, gives the value or None. Raises Unusable when the answer makes the expression fail."""

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)
CHOICE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\s*\|\|\s*[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)
FAILURES = (JMESPathError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def compile_expression(text: str) -> Getter:
    """A getter for `text`, which must have passed `check_expression`."""
    if text == "@":
        return whole
    if PLAIN.fullmatch(text):
        return plain(*text.split("."))
    if names := members(text):
        return first(*names)
    return full(text)


def members(text: str) -> tuple[str, ...]:
    """The names of `a || b`; none where `text` is more than names of members."""
    return tuple(name.strip() for name in text.split("||")) if CHOICE.fullmatch(text) else ()


def first(*names: str) -> Getter:
    """What JMESPath gives for `a || b`: the first that is not empty, else the last; read for every line of a log."""

    def get(data: Any) -> Any:
        if type(data) is not dict:
            return None
        value = None
        for name in names:
            value = data.get(name)
            if value or (value is not None and type(value) in (int, float)):
                return value
        return value

    return get


def member_name(text: str) -> str | None:
    """The name, where `text` is nothing but the name of a member: whoever reads many of them can do so by himself."""
    return text if PLAIN.fullmatch(text) and "." not in text else None


def check_expression(text: str) -> str:
    """`text` itself. Raises ValueError with one sentence when it is not JMESPath or names an unknown function."""
    try:
        parsed = jmespath.compile(text).parsed
    except (LexerError, ParseError) as error:
        position = error.lexer_position if isinstance(error, LexerError) else error.lex_position
        raise ValueError(f"`{text}` is not JMESPath (at character {position + 1})") from None
    except JMESPathError:
        raise ValueError(f"`{text}` is not JMESPath") from None
    for name in called(parsed):
        if name not in functions.Functions.FUNCTION_TABLE:
            near = get_close_matches(name, functions.Functions.FUNCTION_TABLE, 1)
            hint = f", did you mean `{near[0]}`?" if near else ""
            raise ValueError(f"`{text}` calls the unknown function `{name}`{hint}")
    return text


def called(node: Any) -> Iterator[str]:
    """The names of all functions in a parsed expression."""
    if isinstance(node, dict):
        if node.get("type") == "function_expression":
            yield node["value"]
        for child in node.get("children", ()):
            yield from called(child)


def whole(item: Any) -> Any:
    return item


def plain(*keys: str) -> Getter:
    """A getter without a parser in it: these run for every field of every event."""
    first, rest = keys[0], keys[1:]

    def member(item: Any) -> Any:
        return item.get(first) if type(item) is dict else None

    def path(item: Any) -> Any:
        for key in keys:
            if type(item) is not dict:
                return None
            item = item.get(key)
        return item

    return path if rest else member


def full(text: str) -> Getter:
    """A getter that runs JMESPath, whose many ways to fail on odd answers become one."""
    compiled = jmespath.compile(text)

    def search(item: Any) -> Any:
        try:
            return compiled.search(item)
        except FAILURES:
            raise Unusable(f"something that `{text}` can be applied to", item) from None

    return search


def truthy(value: Any) -> bool:
    """JMESPath's own idea of truth: everything but false, null and what is empty (0 is true)."""
    return not (value is None or value is False or value in ("", [], {}))
