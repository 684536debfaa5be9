"""Progress bars on a terminal: one line a job, drawn over until it is done."""

from collections.abc import Iterable

from jobdash.headless.out import Out
from jobdash.headless.plain import fit, pad, plain
from jobdash.model.job import Job, JobKey

CELLS = 24
UNKNOWN_WIDTH = 80


class Bars:
    """Draws below what was printed; `clear` takes the bars away, so that a line can be printed for good."""

    def __init__(self, out: Out) -> None:
        self._out = out
        self._drawn = 0

    def show(self, jobs: Iterable[tuple[JobKey, Job | None]]) -> None:
        """Draws the bars anew. More jobs than lines: the last line says how many are left out."""
        if not self._out.live:
            return
        entries = list(jobs)
        room = max(1, self._out.height - 2)
        lines = [bar(key, job, self._out.width or UNKNOWN_WIDTH) for key, job in entries[:room]]
        if len(entries) > room:
            lines[-1] = f"... and {len(entries) - room + 1} more"
        self._out.draw(self._erase() + "".join(f"{line}\x1b[K\n" for line in lines))
        self._drawn = len(lines)

    def clear(self) -> None:
        """Takes the bars away."""
        if self._drawn:
            self._out.draw(self._erase())
            self._drawn = 0

    def _erase(self) -> str:
        return f"\x1b[{self._drawn}A\r\x1b[J" if self._drawn else ""


def bar(key: JobKey, job: Job | None, width: int) -> str:
    """One line: the job, how far it is, its state and step."""
    room = max(8, min(32, width // 3))
    name = pad(fit(plain(str(key)), room), room)
    if job is None:
        return fit(f"{name}  waiting for the server", width)
    done = None if job.progress is None else round(CELLS * job.progress / 100)
    drawn = " " * CELLS if done is None else "#" * done + "-" * (CELLS - done)
    percent = "    -" if job.progress is None else f"{job.progress:3.0f} %"
    words = [plain(job.native_state)]
    if job.overdue:
        words.append("taking longer than expected")
    if job.fraction:
        words.append("{:g} of {:g}".format(*job.fraction))
    if job.step:
        words.append(plain(job.step))
    return fit(f"{name} [{drawn}] {percent} {' · '.join(words)}", width - 1)
