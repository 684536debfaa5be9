"""What a person sees while `wait` and `submit --wait` follow jobs: bars on a terminal, a line for each end."""

from collections.abc import Sequence

from jobdash.headless.codes import ENDED_BADLY
from jobdash.headless.out import Out
from jobdash.headless.plain import plain
from jobdash.headless.progress import Bars
from jobdash.headless.record import record
from jobdash.headless.wait import Patience, Waiting, code, summary, wait_all
from jobdash.headless.which import Found
from jobdash.model.errors import ConfigError
from jobdash.model.state import State


async def wait_for(
    jobs: Sequence[Found], out: Out, patience: Patience, *, limit: float | None = None, json: bool = False
) -> int:
    """Waits for all jobs and prints how each ended, then how many ended how."""
    if not jobs:
        raise ConfigError("there is no job to wait for")
    if not await _may_restart(jobs, patience, out):
        return ENDED_BADLY
    waitings: list[Waiting] = []
    bars = Bars(out)
    told: set[str] = set()

    def say(words: str) -> None:
        bars.clear()
        out.note(words)

    def changed(waiting: Waiting) -> None:
        name = str(waiting.found.key)
        if waiting.over and name not in told:
            told.add(name)
            bars.clear()
            _tell(waiting, out, json=json)
        bars.show((each.found.key, each.job) for each in waitings if not each.over)

    waitings += [Waiting(found, patience, say, changed) for found in jobs]
    try:
        await wait_all(waitings, limit)
    finally:
        bars.clear()
    if limit is not None and any(not waiting.over for waiting in waitings):
        out.note(f"timed out after {limit:g} s")
    if json:
        out.note(summary(waitings))
    else:
        out.line(summary(waitings))
    return code(waitings)


async def _may_restart(jobs: Sequence[Found], patience: Patience, out: Out) -> bool:
    """On production, restarts that may become necessary are asked for beforehand, as any other restart."""
    careful = [job for job in jobs if job.server.care.production and not job.server.care.read_only]
    if not patience.restarts or not careful:
        return True
    names = ", ".join(dict.fromkeys(job.server.name for job in careful))
    what = f"restart up to {len(careful)} job{'s' * (len(careful) != 1)} of {names}, should they fail"
    return await patience.consent.given(what, [job.server.care for job in careful], len(careful), out)


def _tell(waiting: Waiting, out: Out, *, json: bool) -> None:
    if waiting.error is not None:
        out.note(str(waiting.error))
        return
    job, report = waiting.job, waiting.report
    if job is None or report is None:
        return
    if json:
        out.json(record(job, report.detail, url=waiting.found.server.url))
        return
    why = f": {plain(job.error or 'Unknown error')}" if job.state is State.FAILED else ""
    out.line(f"{plain(str(job.key))} {job.state}{why}")
