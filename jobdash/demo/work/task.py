"""What a piece of work is given (`Task`) and what it says (`Slice`, `Result`). No work happens here.

Work is a generator: each `yield` names the item that comes next and lets the worker rest, pause or stop;
`yield None` means "still blocked, no sign of life"; `return` gives the result; raising is failing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jobdash.demo.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Slice:
    """How far the work is: `done` of `total` items, and what comes next, in words."""

    done: int
    total: int
    step: str


@dataclass(frozen=True, slots=True)
class Result:
    """What the work found, and the names of the files it wrote into its folder."""

    facts: Mapping[str, object]
    files: tuple[str, ...] = ()


Steps = Generator[Slice | None, None, Result]


@dataclass(slots=True)
class Task:
    """One attempt's input, output folder and notebook."""

    params: Mapping[str, object]
    shelf: Shelf
    folder: Path
    clock: Callable[[], float]
    lines: list[tuple[str, str]] = field(default_factory=list)
    skipped: int = 0

    def log(self, text: str, level: str = "INFO") -> None:
        """Note a line for the job's log; the worker stamps it."""
        self.lines.append((level, text))

    def skip(self, text: str) -> None:
        """An item could not be processed; the work goes on."""
        self.skipped += 1
        self.log(text, "ERROR")

    def number(self, name: str, default: int) -> int:
        """A whole-number parameter of at least 1; ValueError when it is something else."""
        value = self.params.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValueError(f"{name} must be a whole number of at least 1, not {value!r}")
        return value

    def text(self, name: str, default: str = "") -> str:
        """A text parameter; ValueError when it is something else."""
        value = self.params.get(name, default)
        if not isinstance(value, str):
            raise ValueError(f"{name} must be a text, not {value!r}")
        return value

    def modules(self) -> list[Path]:
        """The standard library files this task is about: `package` (all if absent), `start`, `count`."""
        return self.shelf.modules(self.text("package"), self.number("start", 1) - 1, self.number("count", 20))


Work = Callable[[Task], Steps]
