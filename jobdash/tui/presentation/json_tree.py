"""A decoded JSON value as rows that fold. A row is made when its parent is opened: ten megabytes open at once."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from jobdash.model.job import Json

PART: Final = 1_000
"""More children than this are shown in parts of so many, each folded: what is opened is always bounded."""

AT_FIRST: Final = 200
"""Rows that are open from the start; small values are seen whole."""

LONG: Final = 160
"""A text of more characters, or of several lines, can be opened into pieces."""

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")

Path = tuple[str | int, ...]

Hides = Callable[[str | int | None, Json], bool]
"""Says of a name and its value whether the value is covered."""


@dataclass(frozen=True, slots=True)
class Part:
    """The children `start` up to `stop` of a large value."""

    whole: Json
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a long text; `end` is how it is parted from the next."""

    text: str


@dataclass(slots=True, eq=False)
class Row:
    """One line of the tree. `name` is a key or an index; the children of a `hidden` value cannot be opened."""

    parent: "Row | None"
    name: str | int | None
    value: Json | Part | Piece
    depth: int
    open: bool = False
    hidden: bool = False

    @property
    def folds(self) -> bool:
        return not self.hidden and count(self.value) > 0

    @property
    def path(self) -> Path:
        """The names from the root to here; parts and pieces have none of their own."""
        names: list[str | int] = []
        row: Row | None = self
        while row is not None:
            if row.name is not None and not isinstance(row.value, Part | Piece):
                names.append(row.name)
            row = row.parent
        return tuple(reversed(names))


def count(value: Json | Part | Piece) -> int:
    """How many children a value has; a text has some only when it does not fit a line."""
    if isinstance(value, Part):
        return value.stop - value.start
    if isinstance(value, Mapping | list | tuple):
        return len(value)
    if isinstance(value, str) and (len(value) > LONG or "\n" in value):
        return len(value)
    return 0


def children(row: Row) -> list[Row]:
    """The rows that stand below an open row."""
    if isinstance(row.value, Part):
        part = row.value
        return [Row(row, name, item, row.depth + 1) for name, item in members(part.whole, part.start, part.stop)]
    if isinstance(row.value, str):
        return _parted(row, pieces(row.value))
    return _parted(row, row.value)


def _parted(row: Row, value: Json) -> list[Row]:
    size = len(value)
    if size <= PART:
        return [Row(row, name, item, row.depth + 1) for name, item in members(value, 0, size)]
    starts = range(0, size, PART)
    return [Row(row, start, Part(value, start, min(start + PART, size)), row.depth + 1) for start in starts]


def members(value: Json, start: int, stop: int) -> Iterator[tuple[str | int, Json]]:
    """Names and values of some children, in their own order."""
    if isinstance(value, Mapping):
        for name, item in islice(value.items(), start, stop):
            yield str(name), item
    else:
        yield from zip(range(start, stop), value[start:stop], strict=True)


def pieces(text: str) -> Sequence[Piece]:
    """A long text in lines, and long lines in pieces."""
    lines = text.split("\n")
    return [Piece(line[at : at + LONG]) for line in lines for at in range(0, max(1, len(line)), LONG)]


def written(path: Path) -> str:
    """`options.pages[3]["odd key"]`: how the value is asked for."""
    text = ""
    for name in path:
        if isinstance(name, int):
            text += f"[{name}]"
        elif NAME.fullmatch(name):
            text += f".{name}" if text else name
        else:
            text += '["' + name.replace("\\", "\\\\").replace('"', '\\"') + '"]'
    return text


class Tree:
    """The rows that can be seen. `hides` tells which named values are covered."""

    def __init__(self, value: Json, hides: Hides, *, open_paths: set[Path] | None = None) -> None:
        self._hides = hides
        self.value = value
        self.root = Row(None, None, value, -1, open=True)
        self.rows: list[Row] = []
        if count(value) and not isinstance(value, str):
            self.rows = self._made(self.root)
            self._open_small() if open_paths is None else self._open_again(open_paths)
        else:
            self.rows = [Row(self.root, None, value, 0)]

    def _made(self, row: Row) -> list[Row]:
        made = children(row)
        for child in made:
            child.hidden = not isinstance(child.value, Part | Piece) and self._hides(child.name, child.value)
        return made

    def toggle(self, index: int) -> None:
        """Opens or folds a row."""
        row = self.rows[index]
        if row.open:
            row.open = False
            del self.rows[index + 1 : self._end(index)]
        elif row.folds:
            row.open = True
            self.rows[index + 1 : index + 1] = self._made(row)

    def _end(self, index: int) -> int:
        """The first row after everything below this one."""
        depth, end = self.rows[index].depth, index + 1
        while end < len(self.rows) and self.rows[end].depth > depth:
            end += 1
        return end

    def parent(self, index: int) -> int:
        """The row that this one stands below; itself at the top."""
        depth = self.rows[index].depth
        return next((at for at in range(index - 1, -1, -1) if self.rows[at].depth < depth), index)

    def open_paths(self) -> set[Path]:
        """What is open now, so that a later reading of the same job can be shown alike."""
        return {row.path for row in self.rows if row.open and not isinstance(row.value, Part)}

    def _open_small(self) -> None:
        depth, grew = 0, True
        while grew and len(self.rows) < AT_FIRST:
            grew = False
            for index in range(len(self.rows) - 1, -1, -1):
                row = self.rows[index]
                fits = row.folds and not row.open and not isinstance(row.value, str | Part)
                if fits and row.depth == depth and len(self.rows) + count(row.value) <= AT_FIRST:
                    self.toggle(index)
                    grew = True
            depth += 1

    def _open_again(self, wanted: set[Path]) -> None:
        index = 0
        while index < len(self.rows):
            row = self.rows[index]
            if row.folds and not row.open and not isinstance(row.value, Part) and row.path in wanted:
                self.toggle(index)
            index += 1

    def reveal(self, places: Sequence[int]) -> int:
        """Opens everything down to a value, given by the position of each step among its siblings; its row."""
        at, index = self.root, -1
        for place in places:
            if index >= 0 and not at.open:
                self.toggle(index)
            index = self._child(index, place // PART if count(at.value) > PART else place)
            if isinstance(self.rows[index].value, Part):
                if not self.rows[index].open:
                    self.toggle(index)
                index = self._child(index, place % PART)
            at = self.rows[index]
        return max(0, index)

    def _child(self, index: int, place: int) -> int:
        depth, at = (self.rows[index].depth + 1 if index >= 0 else 0), index + 1
        while True:
            if self.rows[at].depth == depth:
                if place == 0:
                    return at
                place -= 1
            at += 1
