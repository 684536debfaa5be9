"""Choosing columns, without a screen: which are on, in which order, how wide; and the lines that show it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from jobdash.engine import fields
from jobdash.tui.presentation.any_cell import Loaded
from jobdash.tui.presentation.columns import BY_ID, DEFAULT, LEAST, MOST_CELLS, Column, named
from jobdash.tui.presentation.safe import fit, one_line, pad
from jobdash.tui.presentation.spans import Line, Span

DOCS: Final = {
    "state": "what it is doing, in one word",
    "job": "its id; the end of it where there is no room",
    "type": "what kind of work, or its name",
    "progress": "a bar and its figure, or the place in the queue",
    "age": "how long it is in its state; a clock time with t",
    "try": "attempts begun and allowed",
    "server": "the server's name",
    "says": "its error, or the step it is at",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One column that could be on."""

    column: Column
    on: bool


class Chooser:
    """Columns that are on come first. `at` is the one that the keys mean."""

    def __init__(self, chosen: Sequence[Column], loaded: Loaded) -> None:
        self._loaded = loaded
        self.at = 0
        self.entries: list[Entry] = []
        self._fill(chosen)

    @property
    def chosen(self) -> list[Column]:
        return [entry.column for entry in self.entries if entry.on]

    def move(self, step: int) -> None:
        self.at = max(0, min(len(self.entries) - 1, self.at + step))

    def toggle(self) -> None:
        """On or off; one column stays."""
        entry = self.entries[self.at]
        if not entry.on or len(self.chosen) > 1:
            self.entries[self.at] = replace(entry, on=not entry.on)

    def carry(self, step: int) -> None:
        """Moves the column itself."""
        to = self.at + step
        if 0 <= to < len(self.entries):
            self.entries[self.at], self.entries[to] = self.entries[to], self.entries[self.at]
            self.at = to

    def resize(self, step: int) -> None:
        """Wider or narrower; 0 lets the column take what there is."""
        column = self.entries[self.at].column
        size = None if not step else max(LEAST, min(MOST_CELLS, (column.size or column.width) + step))
        self.entries[self.at] = Entry(column.sized(size), on=True)

    def add(self, text: str) -> None:
        """Puts a field or a path into the data behind the last that is on. Raises QueryError."""
        column = named(text, self._loaded)
        rest = [entry for entry in self.entries if entry.column.id != column.id]
        self.at = max((at + 1 for at, entry in enumerate(rest) if entry.on), default=0)
        self.entries = [*rest[: self.at], Entry(column, on=True), *rest[self.at :]]

    def reset(self) -> None:
        self.at = 0
        self._fill(DEFAULT)

    def _fill(self, chosen: Sequence[Column]) -> None:
        ids = {column.id for column in chosen}
        names = [*BY_ID, *(field.name for field in fields.FIELDS if field.name not in BY_ID)]
        others = [Entry(named(name, self._loaded), on=False) for name in names if name not in ids]
        self.entries = [*(Entry(column, on=True) for column in chosen), *others]

    def lines(self, width: int, most: int) -> list[Line]:
        """At most `most` entries around the marked one."""
        first = max(0, min(self.at - most // 2, len(self.entries) - most))
        return [self._line(at, width) for at in range(first, min(len(self.entries), first + most))]

    def _line(self, at: int, width: int) -> Line:
        column, on = self.entries[at].column, self.entries[at].on
        field = fields.find(column.id)
        doc = DOCS.get(column.id) or (field.doc if field is not None else "a value inside the data")
        size = f"{column.size} cells" if column.size is not None else ""
        name = pad(fit(one_line(column.id), 18), 18)
        note = pad(fit(doc, width - 36), width - 36)
        text = f" {'✔' if on else ' '} {name} {note} {size:>9} "
        if at == self.at:
            return (Span(text, "bold reverse key"),)
        return (Span(text[:22], "" if on else "quiet"), Span(text[22:], "quiet"))
