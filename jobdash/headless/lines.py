"""One change of a job as one line of text."""

from jobdash.engine.export import stamp
from jobdash.headless.plain import plain
from jobdash.model.job import Job
from jobdash.model.state import State


def change_line(job: Job, before: Job | None, now: float) -> str:
    """`2026-11-22T03:00:00Z docs/1 running 45 % Hashing (was pending)`."""
    words = [stamp(int(now)) or "", plain(str(job.key)), plain(job.native_state)]
    if job.progress is not None:
        words.append(f"{job.progress:g} %")
    if job.overdue:
        words.append("overdue")
    if job.step:
        words.append(plain(job.step))
    if job.state is State.FAILED and job.error:
        words.append(plain(job.error))
    if before is not None and before.native_state != job.native_state:
        words.append(f"(was {plain(before.native_state)})")
    return " ".join(words)


def server_line(name: str, phase: str, message: str | None) -> str:
    """What is said of a server whose phase changed."""
    return f"{name} is {phase}" + (f": {message}" if message else "")
