"""What an empty list says: the case, and the one key that helps. Never an empty frame."""

from collections.abc import Sequence

from jobdash.engine.monitor import ServerView
from jobdash.model.server import Phase
from jobdash.tui.presentation.safe import fit, one_line
from jobdash.tui.presentation.spans import EMPTY, Line, Span

REFUSING = frozenset({Phase.DOWN, Phase.UNAUTHORISED})


def lines(servers: Sequence[ServerView], query: str, total: int, width: int) -> tuple[Line, ...]:
    """Two or three short lines for the middle of the list."""
    text, hint = _said(servers, query, total)
    return ((Span(fit(text, width), "bold"),), EMPTY, (Span(fit(hint, width), "quiet"),))


def _said(servers: Sequence[ServerView], query: str, total: int) -> tuple[str, str]:
    if not servers:
        return "No server is being watched", "q quits; then: jobdash URL, or jobdash demo"
    if total:
        return f"None of the {total:,} jobs matches  {one_line(query)}", "esc shows all jobs, / changes the query"
    phases = {server.status.phase for server in servers}
    if phases <= REFUSING:
        worst = servers[0]
        why = one_line(worst.status.message or worst.status.phase.value)
        if len(servers) == 1:
            return f"{one_line(worst.name)} does not answer: {why}", "r asks again now"
        return f"None of the {len(servers)} servers answers: {why}", "r asks again now"
    if Phase.LIVE not in phases:
        return "Asking for the first jobs …", "r asks again now"
    if not any(server.capabilities.list or server.capabilities.feed for server in servers):
        return "These servers do not list their jobs", "i watches jobs by their ids"
    return "No jobs: the queues are empty", "new jobs appear here by themselves; i watches jobs by their ids"
