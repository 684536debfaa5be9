"""JMESPath into the heavy part of a job, as a person writes it for a column: bounded, whatever is in the data.

The only file of the engine that knows JMESPath. Plain dotted paths are in `paths.py` and need none of it.
"""

from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError, LexerError, ParseError, UnknownFunctionError
from jmespath.visitor import TreeInterpreter

from jobdash.engine.query.paths import ROOTS
from jobdash.model.errors import QueryError
from jobdash.model.job import Detail

LONGEST = 300
MOST_STEPS = 20_000
"""About ten milliseconds; no column of use needs a hundredth of it."""

GIVEN_UP_AFTER = 10
MOST_KEPT = 500
FAILURES = (JMESPathError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
NOT_FITTING = "does not fit"
TOO_LONG = "takes too long"


class TooLong(Exception):
    """The expression made more of the data than anybody could read."""


class Expression:
    """A compiled expression over `data`, `result`, `metrics` and `raw`. Raises QueryError with a position."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._parsed = _parsed(name)
        self._given_up = 0
        self._known: dict[int, tuple[Detail, Any, str | None]] = {}
        try:
            _Bounded().visit(self._parsed, dict.fromkeys(ROOTS))
        except UnknownFunctionError as error:
            raise QueryError(f"{str(error).lower().rstrip('()')}", 0) from None
        except (TooLong, *FAILURES):
            pass

    def value(self, detail: Detail | None) -> Any:
        """The value, None where there is none."""
        return self._found(detail)[1] if detail is not None else None

    def problem(self, detail: Detail) -> str | None:
        """Why this data has no value, in a few words; None when nothing is wrong."""
        return self._found(detail)[2]

    def _found(self, detail: Detail) -> tuple[Detail, Any, str | None]:
        known = self._known.get(id(detail))
        if known is None or known[0] is not detail:
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            known = self._known[id(detail)] = (detail, *self._searched(detail))
        return known

    def _searched(self, detail: Detail) -> tuple[Any, str | None]:
        if self._given_up >= GIVEN_UP_AFTER:
            return None, TOO_LONG
        try:
            return _Bounded().visit(self._parsed, {root: getattr(detail, root) for root in ROOTS}), None
        except TooLong:
            self._given_up += 1
            return None, TOO_LONG
        except FAILURES:
            return None, NOT_FITTING


class _Bounded(TreeInterpreter):
    """Counts its steps, and what each has made: nesting and flattening can double that every few characters."""

    def __init__(self) -> None:
        super().__init__()
        self._steps = 0

    def visit(self, node: Any, *args: Any, **more: Any) -> Any:
        made = super().visit(node, *args, **more)
        self._steps += 1 + (len(made) // 4 if isinstance(made, list | str) else 0)
        if self._steps > MOST_STEPS:
            raise TooLong
        return made


def _parsed(text: str) -> Any:
    if len(text) > LONGEST:
        raise QueryError(f"an expression has {LONGEST} characters at most", LONGEST)
    try:
        return jmespath.compile(text).parsed
    except (LexerError, ParseError) as error:
        position = error.lexer_position if isinstance(error, LexerError) else error.lex_position
        raise QueryError(f"`{text}` is not JMESPath", position) from None
    except (JMESPathError, RecursionError):
        raise QueryError(f"`{text}` is not JMESPath", 0) from None
