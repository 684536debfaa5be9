"""What stands below the query while it is typed: what is wrong and where, what could be meant, what is not searched."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from jobdash.engine.query.complete import Candidate
from jobdash.model.errors import QueryError
from jobdash.tui.presentation import choices
from jobdash.tui.presentation.choices import Choice
from jobdash.tui.presentation.safe import one_line, wrap
from jobdash.tui.presentation.spans import Line, Span

CANDIDATES: Final = 8
PROMPT: Final = 3
"""Cells before the first character of the query."""


@dataclass(frozen=True, slots=True)
class Typing:
    """A query that is being typed; `marked` is the candidate that tab takes, `notes` are what the engine says of it."""

    text: str
    problem: QueryError | None = None
    candidates: Sequence[Candidate] = ()
    marked: int = 0
    notes: Sequence[str] = ()

    @property
    def unfinished(self) -> bool:
        """Whether the problem is only that the word at the cursor is not written out yet."""
        return bool(self.candidates) and self.problem is not None and self.problem.position >= self.candidates[0].start


def lines(typing: Typing, width: int) -> list[Line]:
    """From the most pressing to the least; none when there is nothing to say."""
    shown: list[Line] = []
    if typing.problem is not None and not typing.unfinished:
        shown += _problem(typing.text, typing.problem, width)
    if typing.candidates:
        found = [Choice(candidate.text, candidate.text, candidate.note) for candidate in typing.candidates]
        shown += choices.lines(found, typing.marked, width, CANDIDATES)
        shown.append((Span(" tab takes one, ↑ ↓ choose", "quiet"),))
    elif typing.problem is None:
        for note in typing.notes:
            shown += [(Span(f" {part}", "quiet"),) for part in wrap(one_line(note), width - 2, 2)]
    return shown


def _problem(text: str, problem: QueryError, width: int) -> Iterator[Line]:
    """The sentence beside a pointer to the place."""
    at = PROMPT + cell_len(one_line(text[: problem.position]))
    said = one_line(problem.problem)
    if at + 2 + cell_len(said) <= width:
        yield (Span(" " * at), Span("▲ ", "bold alert"), Span(said, "alert"))
        return
    if at < width:
        yield (Span(" " * at), Span("▲", "bold alert"))
    for part in wrap(said, width - 2, 3):
        yield (Span(f" {part}", "alert"),)
