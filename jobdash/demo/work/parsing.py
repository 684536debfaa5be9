"""Parses Python source, one thread at a time."""

from __future__ import annotations

import ast
import threading

_one_at_a_time = threading.Lock()
"""CPython 3.11 counts the depth of a tree per interpreter, not per thread: two threads that parse at once
can get `SystemError: AST constructor recursion depth mismatch`, an error the input does not deserve."""


def parse(source: bytes, name: str) -> ast.Module:
    """The syntax tree of a module; SyntaxError when it has none."""
    with _one_at_a_time:
        return ast.parse(source, filename=name)
