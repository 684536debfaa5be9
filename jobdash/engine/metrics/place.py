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

    @property
    def series(self) -> str:
        """Under what its past is kept: a server's own name, or one that no server can have."""
        return "\x1f".join(self) if self.queue or self.type else self.server

    @classmethod
    def of_series(cls, name: str) -> "Place":
        """The place whose past is kept under this name."""
        return cls(*name.split("\x1f", 2))

    def holds(self, job: Job) -> bool:
        """Whether this job belongs here."""
        return job.key.server == self.server and self.queue in ("", job.queue) and self.type in ("", job.type)


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
