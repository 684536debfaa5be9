"""What a server says of itself, in full: the sentence that its line in the strip cuts, its other counts, its notes."""

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote

from jobdash.engine.hooks import Hooks
from jobdash.engine.monitor import ServerView
from jobdash.model.queue import QueueStats
from jobdash.model.server import Phase
from jobdash.tui.presentation.safe import fit, one_line, wrap
from jobdash.tui.presentation.server_line import remarks
from jobdash.tui.presentation.spans import Line, Span

COUNTS: Final = ("scheduled", "retrying", "completed", "failed", "cancelled", "total")
AMONG_FIGURES: Final = frozenset({"scheduled", "retrying", "failed"})
"""These and its health are said of the server as a whole among its figures."""

TOGETHER: Final = "\ue000"
"""Stands for a space at which no line is folded."""

MOST: Final = 8
"""Queues whose own words are told."""


def remarked(server: ServerView, width: int) -> Iterator[Line]:
    """What a person should know of a live server; why another is not live stands among the reasons."""
    told = remarks(server) if server.status.phase is Phase.LIVE else []
    for part in wrap("  ".join(told), width, 4) if told else ():
        yield (Span(part, "stale"),)


def hooked(name: str, hooks: Hooks, width: int) -> Iterator[Line]:
    """`webhooks are taken at http://127.0.0.1:8799/webhook/media   3 so far   1 refused`, where one listens."""
    if hooks.of is None:
        return
    found, taken = hooks.of(), hooks.taken[name]
    if found.url is None:
        yield (Span("webhooks: ", "quiet"), Span("nobody listens", "alert"))
        return
    words = f"taken at {found.url}/{quote(name, safe='')}   {taken:,} so far"
    refused = f"   {found.refused:,} refused of all" if found.refused else ""
    for number, part in enumerate(wrap(one_line(words + refused), max(20, width - 10), 3)):
        yield (Span("webhooks: " if not number else " " * 10, "quiet"), Span(part.strip()))


def lines(queues: Sequence[QueueStats], width: int) -> Iterator[Line]:
    """`it says  scheduled 1   retrying 0   cancelled 2   total 98   queue type redis   cache size 12 ...`."""
    for queue in queues[:MOST]:
        names = COUNTS if queue.name else [name for name in COUNTS if name not in AMONG_FIGURES]
        counts = [f"{name} {count:,}" for name in names if (count := getattr(queue, name)) is not None]
        health = [f"health {one_line(queue.health)}"] if queue.health and queue.name else []
        notes = [f"{one_line(label)} {one_line(text)}" for label, text in queue.notes]
        head = f"{fit(one_line(queue.name), 24)}: " if queue.name else "it says: "
        said = "   ".join(part.replace(" ", TOGETHER) for part in (*counts, *health, *notes))
        for number, part in enumerate(wrap(said, max(20, width - len(head)), 6) if said else ()):
            told = part.strip().replace(TOGETHER, " ")
            yield (Span(head if not number else " " * len(head), "quiet"), Span(told))
