"""Cuts the text of a query into tokens. What the tokens mean together is in `parser.py`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from jobdash.engine.query.tree import Op, Regex, Text, Value
from jobdash.model.errors import QueryError


class Mark(StrEnum):
    """The tokens that are not values."""

    OPEN = "("
    CLOSE = ")"
    NOT = "-"
    OR = "or"
    AND = "and"


@dataclass(frozen=True, slots=True)
class Head:
    """A field and an operator; values follow."""

    field: str
    op: Op


@dataclass(frozen=True, slots=True)
class Token:
    """`start` and `end` count characters of the query."""

    what: Mark | Head | Value
    start: int
    end: int


HEAD = re.compile(r"([A-Za-z_][A-Za-z0-9_\-]*(?:\.[^\s:=<>!\"(),/]+|\[\d+\])*)(:|!=|<=|>=|=|<|>)")
WORD = re.compile(r'[^\s"()]+')
PLAIN = re.compile(r'[^\s"(),]+')
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
REGEX = re.compile(r"/((?:[^/\\]|\\.)+)/", re.DOTALL)
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
COMPARISON = re.compile(r"[<>=:!]")


def tokens(text: str) -> Iterator[Token]:
    """The tokens in order. Raises QueryError with the position of what is wrong."""
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        for token in _at(text, position):
            yield token
            position = token.end


def _at(text: str, start: int) -> Iterator[Token]:
    char = text[start]
    if char in "()":
        yield Token(Mark(char), start, start + 1)
    elif char == "-":
        if start + 1 == len(text) or text[start + 1].isspace():
            raise QueryError("`-` means not: what must not match follows it without a space", start)
        yield Token(Mark.NOT, start, start + 1)
    elif char in '"/':
        yield _value(text, start)
    elif head := HEAD.match(text, start):
        yield Token(Head(head[1], Op(head[2])), start, head.end())
        yield from _values(text, head)
    else:
        yield _word(text, start)


def _word(text: str, start: int) -> Token:
    match = WORD.match(text, start)
    assert match is not None, "a word begins with anything but what _at has looked for"
    word = match[0]
    if COMPARISON.match(word):
        raise QueryError(f"a field is missing before `{word[0]}`; quote it to search for the text", start)
    keyword = {"or": Mark.OR, "and": Mark.AND}.get(word.lower())
    return Token(keyword or Text(word, position=start), start, match.end())


def _values(text: str, head: re.Match[str]) -> Iterator[Token]:
    position = head.end()
    while True:
        if position >= len(text) or text[position].isspace() or text[position] in ",()":
            raise QueryError(f"a value is missing after `{head[0]}`", position)
        token = _value(text, position)
        yield token
        if not text.startswith(",", token.end):
            return
        position = token.end + 1


def _value(text: str, start: int) -> Token:
    if text[start] == '"':
        match = QUOTED.match(text, start)
        if match is None:
            raise QueryError("the quote is not closed", start)
        return Token(Text(ESCAPE.sub(r"\1", match[1]), quoted=True, position=start), start, _ended(text, match.end()))
    if text[start] == "/":
        match = REGEX.match(text, start)
        if match is None:
            raise QueryError("the pattern is not closed by `/`; quote a text that begins with a slash", start)
        return Token(Regex(match[1].replace("\\/", "/"), position=start), start, _ended(text, match.end()))
    match = PLAIN.match(text, start)
    assert match is not None, "the callers have looked"
    return Token(Text(match[0], position=start), start, match.end())


def _ended(text: str, end: int) -> int:
    if end < len(text) and not text[end].isspace() and text[end] not in ",()":
        raise QueryError("a space is expected here; quote a text that has slashes or quotes in it", end)
    return end
