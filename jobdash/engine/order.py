"""The default order of rows: it puts first what needs a person: stuck, failed, overdue, then what runs longest."""

from jobdash.model.job import Job, JobKey
from jobdash.model.state import State

Rank = tuple[int, float, JobKey]
"""Sorts rows: urgency, then time within the urgency, then identity, so that the order is total and stable."""

URGENCY = {
    State.STUCK: 0,
    State.FAILED: 1,
    State.RETRYING: 3,
    State.RUNNING: 4,
    State.PAUSED: 5,
    State.UNKNOWN: 6,
    State.PENDING: 7,
    State.SCHEDULED: 8,
    State.CANCELLED: 9,
    State.COMPLETED: 10,
}
OVERDUE_URGENCY = 2


def worst_first(job: Job) -> Rank:
    """Ended jobs come newest first within their state, all others oldest first."""
    urgency = URGENCY[job.state]
    if job.state.ended:
        return urgency, -(job.finished_at or job.updated_at or job.created_at or 0.0), job.key
    if job.overdue:
        urgency = min(urgency, OVERDUE_URGENCY)
    return urgency, job.started_at or job.created_at or 0.0, job.key
