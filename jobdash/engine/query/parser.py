"""Reads the text of a query into a tree: AND by space, `or`, parentheses, `-` for not."""

from collections.abc import Callable

from jobdash.engine.query.lexer import Head, Mark, Token, tokens
from jobdash.engine.query.tree import And, Node, Not, Or, Regex, Search, Term, Text, Value
from jobdash.model.errors import QueryError

MOST_DEEP = 50


def tree_of(text: str) -> Node:
    """The tree of a query; nothing but space means everything. Raises QueryError with a position inside the text."""
    return _Parser(text).query()


class _Parser:
    """Walks the tokens once, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._end = len(text)
        self._next = 0
        self._depth = 0

    def query(self) -> Node:
        if not self._tokens:
            return And(())
        node = self._either()
        if (token := self._peek()) is not None:
            raise QueryError("this parenthesis was never opened", token.start)
        return node

    def _either(self) -> Node:
        parts = [self._all()]
        while self._take(Mark.OR):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Or(_flat(Or, parts))

    def _all(self) -> Node:
        parts = [self._one()]
        while (token := self._peek()) is not None and token.what not in (Mark.OR, Mark.CLOSE):
            self._take(Mark.AND)
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else And(_flat(And, parts))

    def _one(self) -> Node:
        token = self._peek()
        if token is None:
            raise QueryError("the query ends too early", self._end)
        self._next += 1
        match token.what:
            case Mark.NOT:
                return self._deeper(token, self._negated)
            case Mark.OPEN:
                return self._deeper(token, lambda: self._inside(token))
            case Mark.CLOSE | Mark.OR | Mark.AND:
                raise QueryError(f"something to look for is expected before `{token.what}`", token.start)
            case Head():
                return self._term(token, token.what)
            case Text() | Regex():
                return Search(token.what)

    def _negated(self) -> Node:
        part = self._one()
        return part.part if isinstance(part, Not) else Not(part)

    def _inside(self, opened: Token) -> Node:
        node = self._either()
        if not self._take(Mark.CLOSE):
            raise QueryError("the parenthesis is not closed", opened.start)
        return node

    def _term(self, token: Token, head: Head) -> Term:
        values: list[Value] = []
        at = token.end
        while (following := self._peek()) is not None and following.start == at:
            if not isinstance(following.what, Text | Regex):
                break
            values.append(following.what)
            self._next += 1
            if not self._text.startswith(",", following.end):
                break
            at = following.end + 1
        return Term(head.field.lower() if "." not in head.field else head.field, head.op, tuple(values), token.start)

    def _deeper(self, token: Token, read: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > MOST_DEEP:
            raise QueryError(f"more than {MOST_DEEP} parentheses or minuses inside each other", token.start)
        node = read()
        self._depth -= 1
        return node

    def _peek(self) -> Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self, mark: Mark) -> bool:
        token = self._peek()
        if token is None or token.what is not mark:
            return False
        self._next += 1
        return True


def _flat(kind: type[And] | type[Or], parts: list[Node]) -> tuple[Node, ...]:
    return tuple(inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,)))
