"""`check`: one line for a monitoring plugin, with performance data, and its exit code: 0 to 3."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from jobdash.engine.health import Measure, Verdict, measures
from jobdash.engine.once import Once
from jobdash.headless.out import Out
from jobdash.headless.plain import plain
from jobdash.model.errors import JobdashError, NotSupported, ServerError, Throttled, Unauthorised
from jobdash.model.queue import QueueStats


@dataclass(frozen=True, slots=True)
class Health:
    """What is to be said of one server; a `mute` one is there, but its kind gives no figures."""

    name: str
    verdict: Verdict
    words: str
    measures: Sequence[Measure] = ()
    mute: bool = False


async def check(servers: Sequence[Once], out: Out, *, within: float = 10.0) -> int:
    """Prints the line; the exit code is the worst verdict. A server in trouble is critical.

    Servers whose kind gives no figures count only where there is no other.
    """
    found = await asyncio.gather(*(_in_time(server, within) for server in servers))
    found = [health for health in found if not health.mute] or found
    worst = max((health.verdict for health in found), key=_severity)
    said = [health for health in found if health.verdict is not Verdict.OK] or found
    words = "; ".join(f"{health.name}: {health.words}" for health in sorted(said, key=_by_severity))
    data = " ".join(figure for health in found for figure in _data(health))
    text = plain(f"JOBDASH {worst.name} - {words}").replace("|", "/")
    out.line(f"{text} | {data}" if data else text)
    return int(worst)


def unknown(problem: str, out: Out) -> int:
    """The line for when nothing could be checked at all."""
    out.line(plain(f"JOBDASH UNKNOWN - {problem}").replace("|", "/"))
    return int(Verdict.UNKNOWN)


async def _in_time(server: Once, within: float) -> Health:
    try:
        async with asyncio.timeout(within):
            return await _health(server)
    except TimeoutError:
        return Health(server.name, Verdict.CRITICAL, f"no answer within {within:g} s")


async def _health(server: Once) -> Health:
    try:
        queues = await server.queues()
    except (Unauthorised, Throttled) as error:
        return Health(server.name, Verdict.UNKNOWN, str(error))
    except NotSupported:
        return await _says_nothing(server)
    except ServerError as error:
        return Health(server.name, Verdict.CRITICAL, str(error))
    except JobdashError as error:
        return Health(server.name, Verdict.UNKNOWN, str(error))
    if not queues:
        return Health(server.name, Verdict.UNKNOWN, "the server tells nothing about its queues")
    return _judged(server.name, queues[0])


async def _says_nothing(server: Once) -> Health:
    """A server without statistics: it may at least be there."""
    try:
        await server.hello()
    except (Unauthorised, Throttled) as error:
        return Health(server.name, Verdict.UNKNOWN, str(error))
    except ServerError as error:
        if error.status is None or error.status >= 500:
            return Health(server.name, Verdict.CRITICAL, str(error))
    except JobdashError as error:
        return Health(server.name, Verdict.UNKNOWN, str(error))
    return Health(server.name, Verdict.UNKNOWN, "the server answers, but its kind gives no figures", mute=True)


def _judged(name: str, stats: QueueStats) -> Health:
    found = measures(stats)
    raised = [measure for measure in found if measure.verdict is Verdict.WARNING]
    if raised:
        return Health(name, Verdict.WARNING, ", ".join(measure.words for measure in raised), found)
    if all(measure.value is None for measure in found):
        return Health(name, Verdict.UNKNOWN, "the server gives no figures", found)
    running = "unknown" if stats.running is None else stats.running
    workers = "unknown" if stats.workers is None else stats.workers
    return Health(name, Verdict.OK, f"good, {running} running, {workers} workers", found)


def _data(health: Health) -> list[str]:
    """`'docs_depth'=3;10` for each figure that is known."""
    name = "".join(char if char.isalnum() or char in "-_." else "_" for char in health.name)
    return [
        f"'{name}_{measure.name}'={measure.value:.6g}{measure.unit};{measure.warn:g}"
        for measure in health.measures
        if measure.value is not None
    ]


def _severity(verdict: Verdict) -> int:
    """Critical is worse than unknown, whatever their numbers."""
    return (Verdict.OK, Verdict.WARNING, Verdict.UNKNOWN, Verdict.CRITICAL).index(verdict)


def _by_severity(health: Health) -> int:
    return -_severity(health.verdict)
