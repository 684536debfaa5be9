"""Job ids shortened in whatever any widget draws, fields included: the last step before a line reaches the terminal."""

from collections.abc import Callable

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter


class HiddenIds(LineFilter):
    """`hide` gives a text of the same length."""

    def __init__(self, hide: Callable[[str], str]) -> None:
        super().__init__()
        self._hide = hide

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments; an id that reaches across several, as under a cursor, is shortened all the same."""
        text = "".join(segment.text for segment in segments)
        hidden = self._hide(text)
        if hidden == text:
            return segments
        made, at = [], 0
        for segment in segments:
            end = at + len(segment.text)
            made.append(Segment(hidden[at:end], segment.style, segment.control))
            at = end
        return made
