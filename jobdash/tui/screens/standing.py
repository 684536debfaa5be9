"""Whether a screen can still be drawn: one that is being left has lost its parts before its last news arrives."""

from typing import Any

from textual.screen import Screen


def stands(screen: Screen[Any]) -> bool:
    """False once it was left, or the app is ending."""
    return screen.is_attached and screen in screen.app.screen_stack
