"""A run: one attempt at a job, as a generator that is advanced slice by slice.

Between two slices a run can be parked (pause) and taken up later by another worker, or dropped (cancel).
"""

from __future__ import annotations

import sysconfig
import traceback
from dataclasses import dataclass
from pathlib import Path

from jobdash.demo.work.task import Result, Slice, Steps, Task

LIBRARIES = (str(Path(__file__).parents[2]), sysconfig.get_path("stdlib"))
"""The folders in which this package and Python's own library lie."""

RETRIABLE = (FileNotFoundError, PermissionError)
"""A file may appear or become readable; a broken archive never mends itself."""


@dataclass(frozen=True, slots=True)
class Crash:
    """The work raised: the error in one line, its traceback, and whether another attempt could help."""

    error: str
    traceback: str
    retriable: bool


Report = Slice | Result | Crash | None
"""What one slice brought; None is silence: the work is blocked and gives no sign of life."""


class Run:
    """One attempt. `busy` is True while a worker has it in hand."""

    def __init__(self, job_id: str, task: Task, steps: Steps) -> None:
        self.job_id = job_id
        self.task = task
        self.busy = True
        self.begun = False
        self._steps = steps
        self._unheard: tuple[Report] | None = None

    def proceed(self) -> Report:
        """Do the next slice; a report that nobody could take is told again instead."""
        if self._unheard is None:
            self._unheard = (self._next(),)
        self.begun = True
        return self._unheard[0]

    def heard(self) -> None:
        """The last report was entered in the book."""
        self._unheard = None

    def close(self) -> None:
        """Drop the work; open files are closed by the generator's own `with` blocks."""
        self._steps.close()

    def _next(self) -> Report:
        try:
            return next(self._steps)
        except StopIteration as end:
            result: Result = end.value
            return result
        except Exception as error:  # noqa: BLE001 - a job may fail with anything, and that is its answer
            return Crash(
                error=_in_one_line(error),
                traceback=_told(error),
                retriable=isinstance(error, RETRIABLE),
            )


def _told(error: Exception) -> str:
    """The traceback from the work on; files are named from their library's folder, whatever machine this is."""
    told = traceback.TracebackException.from_exception(error)
    chain: traceback.TracebackException | None = told
    while chain is not None:
        for frame in chain.stack:
            frame.filename = next(
                (frame.filename[len(at) + 1 :] for at in LIBRARIES if frame.filename.startswith(at)), frame.filename
            )
        chain = chain.__cause__ or chain.__context__
    del told.stack[:1]
    return "".join(told.format())


def _in_one_line(error: Exception) -> str:
    """`SyntaxError: '(' was never closed (bad.py, line 1)`; a plain message stands alone."""
    text = " ".join(str(error).split())
    if isinstance(error, FileNotFoundError) and error.errno is None:
        return text
    kind = type(error)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    return f"{name}: {text}" if text else name
