"""How careful one must be with a server, in words that stay for as long as it is so."""

from typing import Final

from jobdash.model.care import Care
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.spans import EMPTY, Line, Span, joined

NAME_MOST: Final = 16


def care_marks(care: Care) -> Line:
    """`prod read-only insecure`, as far as it is so: said for as long as it holds."""
    words = (
        (care.env.value if care.env else "", "bold danger" if care.production else "quiet"),
        ("read-only" if care.read_only else "", "bold"),
        ("insecure" if care.insecure else "", "bold alert"),
    )
    return joined(((Span(word, style),) for word, style in words if word), " ")


def care_of(server: str, care: Care) -> Line:
    """`docs: PRODUCTION`, `docs: read-only`: what the frame says while a job of the server is under the cursor."""
    if not (care.production or care.read_only):
        return EMPTY
    words = [word for word, so in (("PRODUCTION", care.production), ("read-only", care.read_only)) if so]
    style = "bold reverse danger" if care.production else "bold"
    return (Span(f" {fit(one_line(server), NAME_MOST)}: {', '.join(words)} ", style),)
