"""The columns of the job list, each declared once. A new column is one entry here; where they stand is for `layout`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from jobdash.model.job import Job
from jobdash.tui.presentation import row
from jobdash.tui.presentation.age import Moment
from jobdash.tui.presentation.spans import Line


@dataclass(frozen=True, slots=True)
class Column:
    """`width` is the least that is useful, `most` what it may grow to, `narrow` a last resort before it goes.

    The column with the highest `drop` goes first, 0 never goes. `shrink` is when it takes its narrow form.
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


COLUMNS: Final = (
    Column("state", "STATE", row.state_cell, 11, 11, drop=0),
    Column("job", "JOB", row.id_cell, 12, 36, drop=0),
    Column("type", "TYPE", row.type_cell, 14, 22, drop=3),
    Column("progress", "PROGRESS", row.progress_cell, 11, 20, drop=2, narrow=4, shrink=6),
    Column("age", "AGE", row.age_cell, 5, 5, drop=1, align="right"),
    Column("try", "TRY", row.try_cell, 3, 5, drop=7),
    Column("server", "SERVER", row.server_cell, 6, 14, drop=5),
    Column("says", "STEP OR ERROR", row.says_cell, 16, 400, drop=0),
)
