"""Python reprs, which is how Flower tells arguments and results, read as the plain values that they write."""

import ast
import json
import warnings
from typing import Any

from jobdash.model.errors import Rejected
from jobdash.model.job import Json


def literal(text: str | None) -> Any:
    """The value that a repr writes; None when it is not a plain one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.literal_eval(text or "None")
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def argument(text: str | None, kind: type) -> Json:
    """Arguments as JSON. Raises Rejected when their repr is cut short, or is more than JSON can say."""
    value = literal(text)
    try:
        value = _plain(value)
        json.dumps(value, allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        value = None
    if not isinstance(value, kind) or "..." in (text or ""):
        raise Rejected(f"not sent: the arguments cannot be read back exactly from {text!r}")
    return value


def _plain(value: Any) -> Any:
    """Tuples as lists. Raises TypeError for keys that JSON would turn into text."""
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
