"""From the style names of `presentation` to what the terminal is told, by the variables of the theme in force."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

KEPT: Final = Style()
APART: Final = Style(blink=False)
"""Looks and costs like nothing, but keeps a picture of the screen from making one text of two neighbouring columns."""

WORDS: Final = frozenset({"bold", "italic", "underline", "reverse"})


class Ink:
    """Looks style names up once per theme. `of_terminal`: some of its colours are the terminal's own."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.of_terminal = any(value.startswith("ansi_") for value in variables.values())
        self._known: dict[str, Style] = {}
        self._blends: dict[tuple[Style, str, bool], Style] = {}

    def __call__(self, name: str) -> Style:
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._made(name)
        return found

    def on(self, base: Style, name: str, *, apart: bool) -> Style:
        """A style on a ground, or `apart` from the piece before it, which has the same."""
        key = base, name, apart
        found = self._blends.get(key)
        if found is None:
            found = self._blends[key] = base + self(name) + (APART if apart else KEPT)
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
    _own: Style | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        self._own = None
        return super().render_lines(crop)

    def own_style(self) -> Style:
        """Its own style, looked up once a paint and not for each line: that costs more than the line itself."""
        if self._own is None:
            self._own = self.rich_style
        return self._own

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Where a theme names no colours of the terminal, no line has to be gone through for them."""
        found = super().get_line_filters()
        return found if self.ink.of_terminal else [kind for kind in found if not isinstance(kind, ANSIToTruecolor)]

    @property
    def ink(self) -> Ink:
        variables = self.app.theme_variables
        if self._ink is None or self._ink.variables is not variables:
            self._ink = Ink(variables)
        return self._ink

    def painted(self, line: Iterable[tuple[str, str]], width: int, under: Style | None = None) -> Strip:
        """The line as exactly `width` cells on this widget's own ground, or on another (`under`)."""
        own, ink = self.own_style(), self.ink
        base = own if under is None else own + under
        segments: list[Segment] = []
        before: str | None = None
        for text, style in merged(line, width):
            twin = style == before
            segments.append(Segment(text, ink.on(base, style, apart=twin)))
            before = None if twin else style
        return Strip(segments)


def merged(line: Iterable[tuple[str, str]], width: int) -> Iterator[tuple[str, str]]:
    """The same cells in as few pieces as possible, padded to `width`: each piece costs forty bytes of colour.

    Spaces join the piece before them, because a space looks the same in every ink but the marked ones. After a gap a
    new piece begins, so that pictures of the screen keep columns in line and no right-to-left text reaches across.
    """
    pieces: list[tuple[str, str]] = [("", "")]
    for text, style in line:
        word = text.lstrip(" ")
        if (spaces := len(text) - len(word)) and not _marks(style):
            before, its_style = pieces[-1]
            if _marks(its_style):
                pieces.append((" " * spaces, ""))
            else:
                pieces[-1] = (before + " " * spaces, its_style)
        elif spaces:
            word = text
        if word:
            before, its_style = pieces[-1]
            if its_style == style and not before.endswith("  "):
                pieces[-1] = (before + word, style)
            else:
                pieces.append((word, style))
    room = width
    for index, (text, style) in enumerate(pieces):
        cells = cell_len(text)
        if cells >= room or index == len(pieces) - 1:
            yield set_cell_size(text, room), style
            return
        if text:
            yield text, style
        room -= cells


def _marks(style: str) -> bool:
    """Whether a space can be seen in this style."""
    return "reverse" in style or "underline" in style
