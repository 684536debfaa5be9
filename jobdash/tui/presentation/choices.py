"""A short list to choose from, as lines: what can be chosen, a remark on each, and which one is marked."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

from jobdash.tui.presentation.safe import fit, one_line, pad
from jobdash.tui.presentation.spans import Line, Span

LABEL: Final = 26


class Choice(NamedTuple):
    """`value` is what choosing it means, `label` and `note` what a person reads."""

    value: str
    label: str
    note: str = ""


def narrowed(choices: Sequence[Choice], text: str) -> list[Choice]:
    """Those that have `text` in their label or note; those that begin with it first."""
    wanted = text.casefold().strip()
    found = [choice for choice in choices if wanted in f"{choice.label} {choice.note}".casefold()]
    return sorted(found, key=lambda choice: not choice.label.casefold().startswith(wanted))


def lines(choices: Sequence[Choice], marked: int, width: int, most: int) -> list[Line]:
    """At most `most` lines around the marked one; a last line says what lies beyond."""
    first = max(0, min(marked - most // 2, len(choices) - most))
    shown = choices[first : first + most]
    longest = LABEL if any(choice.note for choice in shown) else width - 4
    label = min(longest, max((cell_len(one_line(choice.label)) for choice in shown), default=0))
    return [_line(choice, at == marked, label, width) for at, choice in enumerate(shown, first)]


def _line(choice: Choice, marked: bool, label: int, width: int) -> Line:
    name = pad(fit(one_line(choice.label), label), label)
    note = fit(one_line(choice.note), max(0, width - label - 4))
    room = " " * max(0, width - label - 4 - cell_len(note))
    if marked:
        return (Span(f" {name}  {note}{room} ", "bold reverse key"),)
    return (Span(f" {name}  "), Span(note, "quiet"))
