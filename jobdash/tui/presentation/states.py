"""How each state looks: a glyph, a word and a style name. A state is never told by the style alone."""

from typing import Final, NamedTuple

from jobdash.engine.health import Verdict
from jobdash.model.job import Job
from jobdash.model.server import Phase
from jobdash.model.state import State
from jobdash.tui.presentation.safe import one_line


class Look(NamedTuple):
    glyph: str
    word: str
    style: str


STATES: Final = {
    State.FAILED: Look("✖", "failed", "job-failed"),
    State.STUCK: Look("!", "stuck", "job-stuck"),
    State.RUNNING: Look("▶", "running", "job-running"),
    State.PENDING: Look("◌", "pending", "job-pending"),
    State.PAUSED: Look("‖", "paused", "job-paused"),
    State.RETRYING: Look("↻", "retrying", "job-retrying"),
    State.SCHEDULED: Look("◷", "scheduled", "job-scheduled"),
    State.COMPLETED: Look("✔", "completed", "job-completed"),
    State.CANCELLED: Look("⊘", "cancelled", "job-cancelled"),
    State.UNKNOWN: Look("?", "unknown", "job-unknown"),
}

PHASES: Final = {
    Phase.LIVE: Look("●", "live", "server-live"),
    Phase.CONNECTING: Look("○", "connecting", "server-connecting"),
    Phase.STALE: Look("◐", "stale", "server-stale"),
    Phase.THROTTLED: Look("‖", "throttled", "server-stale"),
    Phase.DOWN: Look("✖", "down", "server-down"),
    Phase.UNAUTHORISED: Look("✖", "unauthorised", "server-down"),
}

VERDICTS: Final = {
    Verdict.OK: ("●", "server-live"),
    Verdict.WARNING: ("▲", "alert"),
    Verdict.CRITICAL: ("✖", "bold danger"),
    Verdict.UNKNOWN: ("?", "quiet"),
}

WORST_FIRST: Final = (
    Phase.DOWN,
    Phase.UNAUTHORISED,
    Phase.STALE,
    Phase.THROTTLED,
    Phase.CONNECTING,
    Phase.LIVE,
)


def look(job: Job) -> Look:
    """The look of a job's state; one that jobdash has no word for keeps its server's own."""
    found = STATES[job.state]
    if job.state is State.UNKNOWN and job.native_state:
        return found._replace(word=one_line(job.native_state))
    return found
