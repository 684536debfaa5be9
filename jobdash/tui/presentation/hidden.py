"""Ids are hidden before a text is folded or moved aside: of half an id nobody could tell later what it was."""

from collections.abc import Callable
from contextvars import ContextVar

_hide: ContextVar[Callable[[str], str]] = ContextVar("hide", default=str)


def hide_with(hide: Callable[[str], str]) -> None:
    """From now on, in this app: `hide` gives a text as it may be shown, of the same length."""
    _hide.set(hide)


def hidden(text: str) -> str:
    """`text` as it may be shown."""
    return _hide.get()(text)
