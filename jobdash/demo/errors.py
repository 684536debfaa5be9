"""What the engine refuses, in its own words; each face translates them into its document's error form."""

from __future__ import annotations

from jobdash.demo.jobs import Job


class UnknownJob(LookupError):
    """No job has this id (any more)."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"Job {job_id} not found")


class WrongState(Exception):
    """The job is in a state that does not allow what was asked; `job` shows which."""

    def __init__(self, job: Job, asked: str) -> None:
        super().__init__(f"Job {job.id} cannot be {asked}: it is {job.state}")
        self.job = job


class UnknownKind(LookupError):
    """There is no such kind of work."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"Unknown kind of work: {kind}")
