"""`check`: one line for a monitoring plugin, with performance data, and its exit code: 0 to 3."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from jobdash.engine.alerts.instant import figures_of, findings
from jobdash.engine.alerts.rule import Rule
from jobdash.engine.clock import SystemClock
from jobdash.engine.health import SEVERITIES, Verdict, unwell
from jobdash.engine.metrics.figures import Figures
from jobdash.engine.metrics.place import Place
from jobdash.engine.once import Once
from jobdash.engine.orders import default_rules
from jobdash.headless.out import Out
from jobdash.headless.plain import plain
from jobdash.model.alert import Severity
from jobdash.model.errors import JobdashError, NotSupported, ServerError, Throttled, Unauthorised
from jobdash.model.queue import QueueStats

DATA = {"failed": "failed_percent", "cpu": "cpu", "memory": "memory", "depth": "depth"}
UNITS = {"failed": "%", "cpu": "%", "memory": "MB"}


@dataclass(frozen=True, slots=True)
class Health:
    """What is to be said of one server; a `mute` one is there, but its kind gives no figures."""

    name: str
    verdict: Verdict
    words: str
    figures: Figures = field(default_factory=dict)
    mute: bool = False


async def check(servers: Sequence[Once], out: Out, *, within: float = 10.0, rules: Sequence[Rule] | None = None) -> int:
    """Prints the line; the exit code is the worst verdict. A server in trouble is critical.

    Servers whose kind gives no figures count only where there is no other.
    """
    rules = default_rules() if rules is None else rules
    found = await asyncio.gather(*(_in_time(server, within, rules) for server in servers))
    found = [health for health in found if not health.mute] or found
    worst = max((health.verdict for health in found), key=_severity)
    said = [health for health in found if health.verdict is not Verdict.OK] or found
    words = "; ".join(f"{health.name}: {health.words}" for health in sorted(said, key=_by_severity))
    data = " ".join(figure for health in found for figure in _data(health, rules))
    text = plain(f"JOBDASH {worst.name} - {words}").replace("|", "/")
    out.line(f"{text} | {data}" if data else text)
    return int(worst)


def unknown(problem: str, out: Out) -> int:
    """The line for when nothing could be checked at all."""
    out.line(plain(f"JOBDASH UNKNOWN - {problem}").replace("|", "/"))
    return int(Verdict.UNKNOWN)


async def _in_time(server: Once, within: float, rules: Sequence[Rule]) -> Health:
    try:
        async with asyncio.timeout(within):
            return await _health(server, rules)
    except TimeoutError:
        return Health(server.name, Verdict.CRITICAL, f"no answer within {within:g} s")


async def _health(server: Once, rules: Sequence[Rule]) -> Health:
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
    return _judged(server.name, queues, rules)


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


def _judged(name: str, queues: Sequence[QueueStats], rules: Sequence[Rule]) -> Health:
    """By the same rules as on the screen, but for this moment only: nothing needs to last."""
    clock = SystemClock()
    found = figures_of(Place(name), queues, clock)
    said = [(Verdict.WARNING, f"the server says {queue.health}") for queue in queues if unwell(queue.health or "")]
    for place in (Place(name), *(Place(name, queue.name) for queue in queues if queue.name)):
        where = f"{place.queue}: " if place.queue else ""
        for finding in findings(rules, place, figures_of(place, queues, clock)):
            if finding.severity is not Severity.INFO:
                said.append((SEVERITIES[finding.severity], where + finding.words))
    if said:
        said.sort(key=lambda reason: -reason[0].badness)
        return Health(name, said[0][0], ", ".join(words for _, words in said), found)
    if all(found.get(metric) is None for metric in DATA.values()):
        return Health(name, Verdict.UNKNOWN, "the server gives no figures", found)
    figures = (found.get(metric) for metric in ("running", "workers"))
    running, workers = ("unknown" if value is None else f"{value:g}" for value in figures)
    return Health(name, Verdict.OK, f"good, {running} running, {workers} workers", found)


def _data(health: Health, rules: Sequence[Rule]) -> list[str]:
    """`'docs_depth'=3;10` for each figure that is known; the second is from where on it is wrong."""
    name = "".join(char if char.isalnum() or char in "-_." else "_" for char in health.name)
    told = []
    for label, metric in DATA.items():
        value = health.figures.get(metric)
        if value is not None:
            limits = [r.threshold for r in rules if r.metric.name == metric and r.covers(Place(health.name))]
            warn = f";{min(limits):g}" if limits else ""
            told.append(f"'{name}_{label}'={value:.6g}{UNITS.get(label, '')}{warn}")
    return told


def _severity(verdict: Verdict) -> int:
    return verdict.badness


def _by_severity(health: Health) -> int:
    return -_severity(health.verdict)
