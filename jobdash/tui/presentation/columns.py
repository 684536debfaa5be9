"""The columns of the job list, each declared once. A new column is one entry here; where they stand is for `layout`."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from jobdash.engine import fields
from jobdash.engine.fields import Field, Kind
from jobdash.engine.query.paths import path
from jobdash.model.errors import QueryError
from jobdash.model.job import Job
from jobdash.tui.presentation import row
from jobdash.tui.presentation.age import Moment
from jobdash.tui.presentation.any_cell import Loaded, of_data, of_field
from jobdash.tui.presentation.spans import Line


@dataclass(frozen=True, slots=True)
class Column:
    """`width` is the least that is useful, `most` what it may grow to, `narrow` a last resort before it goes.

    The column with the highest `drop` goes first, 0 never goes. `shrink` is when it takes its narrow form.
    `sort` is the field that a click on the title sorts by, empty for none. `size` is the width that a person wants,
    `deep` tells that the cell shows something of the job's data.
    """

    id: str
    title: str
    cell: Callable[[Job, Moment, int], Line]
    width: int
    most: int
    drop: int
    align: Literal["left", "right"] = "left"
    narrow: int | None = None
    shrink: int = 0
    sort: str = ""
    size: int | None = None
    deep: bool = False

    @property
    def spec(self) -> str:
        """How a saved view names it: `job`, or `job:20` for a size of one's own."""
        return self.id if self.size is None else f"{self.id}:{self.size}"

    def sized(self, size: int | None) -> "Column":
        """The same column, always so wide; None lets it take what there is."""
        return replace(self, size=size)


DEFAULT: Final = (
    Column("state", "STATE", row.state_cell, 11, 11, drop=0, sort="state"),
    Column("job", "JOB", row.id_cell, 12, 36, drop=0, sort="id"),
    Column("type", "TYPE", row.type_cell, 14, 22, drop=3, sort="type"),
    Column("progress", "PROGRESS", row.progress_cell, 11, 20, drop=2, narrow=4, shrink=6, sort="progress"),
    Column("age", "AGE", row.age_cell, 5, 5, drop=1, align="right", sort="since"),
    Column("try", "TRY", row.try_cell, 3, 5, drop=7, sort="attempts"),
    Column("server", "SERVER", row.server_cell, 6, 14, drop=5, sort="server"),
    Column("says", "STEP OR ERROR", row.says_cell, 16, 400, drop=0, sort="error"),
)
BY_ID: Final = {column.id: column for column in DEFAULT}
WIDTHS: Final = {Kind.TEXT: (10, 24), Kind.STATE: (11, 11), Kind.NUMBER: (5, 9), Kind.DURATION: (7, 8)}
TIME_WIDTHS: Final = (8, 8)
INSIDE: Final = re.compile(r"[\])}'\"`]")
LEAST: Final = 2
MOST_CELLS: Final = 400


def named(spec: str, loaded: Loaded) -> Column:
    """The column that `spec` names: one of the usual, any field, or a path or JMESPath into the data, and its size.

    As in `data.customer:20`; a colon inside brackets belongs to the expression.

    Raises QueryError in one sentence.
    """
    name, colon, size = spec.strip().rpartition(":")
    if not colon or INSIDE.search(size):
        name, colon, size = spec.strip(), "", ""
    if colon and not (size.isdecimal() and size.isascii() and LEAST <= int(size) <= MOST_CELLS):
        raise QueryError(f"the size of a column is {LEAST} to {MOST_CELLS} cells, as in {name or 'job'}:20", 0)
    return _found(name, loaded).sized(int(size) if colon else None)


def _found(name: str, loaded: Loaded) -> Column:
    if (usual := BY_ID.get(name.lower())) is not None:
        return usual
    if (field := fields.find(name)) is not None:
        return _of_field(field)
    if (data := path(name)) is not None:
        title = re.findall(r"[^\W\d]\w*", name)[-1].upper()
        return Column(name, title, of_data(data, loaded), 10, 24, drop=1, sort=name, deep=True)
    close = fields.nearest(name)
    hint = f"did you mean {close}?" if close else "name a field, or a path such as data.customer or length(data.items)"
    raise QueryError(f"there is no column {name!r}; {hint}", 0)


def _of_field(field: Field) -> Column:
    width, most = WIDTHS.get(field.kind, TIME_WIDTHS)
    title = field.name.upper().replace("_", " ")
    right = field.kind in (Kind.NUMBER, Kind.DURATION)
    most = max(most, len(title)) if field.kind is not Kind.TEXT else most
    return Column(
        field.name, title, of_field(field), width, most, drop=1, align="right" if right else "left", sort=field.name
    )
