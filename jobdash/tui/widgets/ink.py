"""From the style names of `presentation` to what the terminal is told, by the variables of the theme in force."""

from collections.abc import Iterable, Mapping
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip
from textual.widget import Widget

WORDS: Final = frozenset({"bold", "italic", "underline", "reverse"})


class Ink:
    """Looks style names up once per theme."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self._known: dict[str, Style] = {}

    def __call__(self, name: str) -> Style:
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._made(name)
        return found

    def _made(self, name: str) -> Style:
        words = name.split()
        colour = next((word for word in words if word not in WORDS), "ink")
        return Style(
            color=Color.parse(self.variables[colour]).rich_color,
            bold="bold" in words or None,
            italic="italic" in words or None,
            underline="underline" in words or None,
            reverse="reverse" in words or None,
        )


def ground(variables: Mapping[str, str], name: str) -> Style:
    """A background and nothing else."""
    return Style(bgcolor=Color.parse(variables[name]).rich_color)


class Inked(Widget):
    """A widget that draws `presentation` lines itself, in the colours of the theme in force."""

    _ink: Ink | None = None

    @property
    def ink(self) -> Ink:
        variables = self.app.theme_variables
        if self._ink is None or self._ink.variables is not variables:
            self._ink = Ink(variables)
        return self._ink

    def painted(self, line: Iterable[tuple[str, str]], width: int, under: Style | None = None) -> Strip:
        """The line as exactly `width` cells on this widget's own ground, or on another (`under`)."""
        ink, base = self.ink, self.rich_style if under is None else self.rich_style + under
        segments: list[Segment] = []
        for text, style in line:
            # Spaces of their own: pictures of the screen lose those that stand before other text.
            word = text.lstrip(" ")
            if len(word) < len(text):
                segments.append(Segment(text[: len(text) - len(word)], base))
            if word:
                segments.append(Segment(word, base + ink(style)))
        return Strip(segments).adjust_cell_length(width, base)
