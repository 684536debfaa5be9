"""Where something is measured: a server, one of its queues, one type of its jobs."""

from typing import NamedTuple

from jobdash.model.job import Job


class Place(NamedTuple):
    """Empty means: all queues, all types."""

    server: str
    queue: str = ""
    type: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in self if part)


def places_of(job: Job) -> tuple[Place, ...]:
    """The server, then the queue and the type where they are known."""
    server = job.key.server
    if job.queue and job.type:
        return Place(server), Place(server, job.queue), Place(server, "", job.type)
    if job.queue:
        return Place(server), Place(server, job.queue)
    if job.type:
        return Place(server), Place(server, "", job.type)
    return (Place(server),)
