"""Which running jobs do not move although they usually would. Who never tells of steps is not expected to."""

from collections.abc import Mapping
from dataclasses import dataclass

from jobdash.model.job import Job, JobKey

PATIENCE = 300.0
"""Seconds without a step that are nothing unusual for any job."""

TIMES_ITS_PACE = 10.0
"""A job that has been slow all along may be so many times its own mean step behind."""

FEWEST_STEPS = 3

Mark = tuple[float | None, tuple[float, float] | None, str | None]


@dataclass(slots=True)
class Course:
    """How one running job has come along; times are monotonic. `from_start` says that its start was seen."""

    mark: Mark
    since: float
    moved_at: float
    steps: int = 0
    from_start: bool = False

    def still_for(self, now: float) -> float:
        return now - self.moved_at

    def stalled(self, now: float) -> bool:
        """True when it has told of steps, and now tells of none for much longer than it took for those."""
        if self.steps < FEWEST_STEPS:
            return False
        pace = (self.moved_at - self.since) / self.steps
        return self.still_for(now) > max(PATIENCE, TIMES_ITS_PACE * pace)

    def moves(self, now: float) -> bool:
        """True when it tells of steps and goes on doing so: slow, perhaps, but alive."""
        return self.steps >= FEWEST_STEPS and not self.stalled(now)


class Moving:
    """The courses of all jobs that a worker has, by server."""

    def __init__(self) -> None:
        self._courses: dict[str, dict[JobKey, Course]] = {}

    def noticed(self, job: Job, now: float, *, starts: bool = False) -> None:
        """A job that a worker has was told about; `starts` when it had none a moment ago."""
        mark = (job.progress, job.fraction, job.step)
        courses = self._courses.setdefault(job.key.server, {})
        course = courses.get(job.key)
        if course is None:
            courses[job.key] = Course(mark, now, now, from_start=starts)
        elif course.mark != mark:
            course.mark, course.moved_at = mark, now
            course.steps += 1

    def drop(self, key: JobKey, now: float) -> float | None:
        """No worker has it any more. Returns how long it ran, if it was seen to start."""
        course = self._courses.get(key.server, {}).pop(key, None)
        return now - course.since if course is not None and course.from_start else None

    def courses(self, server: str) -> Mapping[JobKey, Course]:
        """Of all running jobs of a server; it goes on changing with them."""
        return self._courses.get(server, {})

    def unheard(self, server: str, seconds: float) -> None:
        """The server itself was silent for so long: none of its jobs is to blame for that."""
        for course in self._courses.get(server, {}).values():
            course.moved_at += seconds
            course.since += seconds
