"""What a log says about itself in one line: its size, what is missing, whether it is followed, what is looked for."""

from dataclasses import dataclass

from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.spans import Line, Span, joined

LONGEST = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """`filter` is what is kept and how many lines match; `below` counts lines that are not on the screen yet.

    `grows` is False of a text that is whole: there is nothing to follow.
    """

    lines: int
    dropped: int
    below: int
    follows: bool
    needle: str
    missed: bool
    seeking: bool
    filter: tuple[str, int] | None
    problem: str | None
    grows: bool = True


def line(state: State) -> Line:
    """The most urgent first, because the end is cut where there is no room."""
    parts: list[Line] = []
    if state.problem:
        parts.append((Span(f"! {one_line(state.problem)}", "server-stale"),))
    if state.needle:
        named = fit(one_line(state.needle), LONGEST)
        word = "searching …" if state.seeking else f"no “{named}”" if state.missed else f"“{named}”"
        parts.append((Span(word, "alert"),))
    if state.filter is not None:
        needle, count = state.filter
        parts.append((Span(f"& {fit(one_line(needle), LONGEST)}: {count:,}", "alert"),))
    if not state.grows:
        parts.append((Span(f"{state.below:,} below" if state.below else "end", "quiet"),))
    elif not state.follows:
        parts.append((Span(f"{state.below:,} below" if state.below else "not following", "bold key"),))
    elif state.lines:
        parts.append((Span("following", "quiet"),))
    parts.append((Span(f"{state.lines:,} line{'' if state.lines == 1 else 's'}", "quiet"),))
    if state.dropped:
        parts.append((Span(f"{state.dropped:,} older lines dropped", "alert"),))
    return joined(parts)
