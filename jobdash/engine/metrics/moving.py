"""Which running jobs do not move although they usually would. Who never tells of steps is not expected to."""

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
    """How one running job has come along; its times are those of `Moving.heard`. `from_start`: its start was seen."""

    key: JobKey
    mark: Mark
    since: float
    moved_at: float
    steps: int = 0
    from_start: bool = False

    @property
    def tells(self) -> bool:
        """True when it has told of steps, so that more of them are expected."""
        return self.steps >= FEWEST_STEPS

    def still_for(self, now: float) -> float:
        return now - self.moved_at

    def stalled(self, now: float) -> bool:
        """True when it has told of steps, and now tells of none for much longer than it took for those."""
        if not self.tells:
            return False
        pace = (self.moved_at - self.since) / self.steps
        return self.still_for(now) > max(PATIENCE, TIMES_ITS_PACE * pace)


class Moving:
    """The courses of all jobs that a worker has, by server. Times that are passed in are monotonic."""

    def __init__(self) -> None:
        self._courses: dict[str, dict[JobKey, Course]] = {}
        self._silence: dict[str, float] = {}

    def noticed(self, job: Job, now: float, *, starts: bool = False) -> None:
        """A job that a worker has was told about; `starts` when it had none a moment ago."""
        server = job.key.server
        mark, heard = (job.progress, job.fraction, job.step), now - self._silence.get(server, 0.0)
        courses = self._courses.setdefault(server, {})
        course = courses.get(job.key)
        if course is None:
            courses[job.key] = Course(job.key, mark, heard, heard, from_start=starts)
        elif course.mark != mark:
            course.mark, course.moved_at = mark, heard
            course.steps += 1

    def drop(self, key: JobKey, now: float) -> float | None:
        """No worker has it any more. Returns how long it ran, if it was seen to start."""
        course = self._courses.get(key.server, {}).pop(key, None)
        return self.heard(key.server, now) - course.since if course is not None and course.from_start else None

    def heard(self, server: str, now: float) -> float:
        """The time that stands still while the server itself is silent: none of its jobs is to blame for that."""
        return now - self._silence.get(server, 0.0)

    def courses(self, server: str) -> list[Course]:
        """Of all running jobs of a server, those that run longest first."""
        return list(self._courses.get(server, {}).values())

    def goes_on(self, course: Course) -> bool:
        """False once the job has no worker any more, or another one."""
        return self._courses.get(course.key.server, {}).get(course.key) is course

    def unheard(self, server: str, seconds: float) -> None:
        """The server itself was silent for so long."""
        self._silence[server] = self._silence.get(server, 0.0) + seconds
