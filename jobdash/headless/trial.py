"""`alerts test`: what each rule says of every place now, and would have said over the recorded past."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from jobdash.engine.alerts.amount import shown, span
from jobdash.engine.alerts.instant import WATCHED, Instant, raised_over
from jobdash.engine.alerts.rule import Rule
from jobdash.engine.clock import Clock
from jobdash.engine.history.history import History
from jobdash.engine.history.tier import TIERS
from jobdash.engine.metrics.names import RECORDED
from jobdash.engine.metrics.place import Place
from jobdash.engine.once import Once
from jobdash.headless.codes import DONE
from jobdash.headless.gather import Sweep
from jobdash.headless.out import Out
from jobdash.headless.table import table
from jobdash.model.errors import JobdashError, NotSupported
from jobdash.model.job import Job
from jobdash.model.queue import QueueStats

RAISED, WELL = "raised", "well"


@dataclass(frozen=True, slots=True)
class Trial:
    """One rule at one place. `past` are when it would have been raised and for how long, in seconds.

    `says` and `told` are in words; `past` is None where history cannot tell.
    """

    rule: Rule
    place: Place
    value: float | None
    says: str
    past: Sequence[tuple[float, float]] | None
    told: str


@dataclass(frozen=True, slots=True)
class Court:
    """Tries every rule at every place; nothing is raised and nobody is told. `over` is how far to look back."""

    rules: Sequence[Rule]
    history: History
    clock: Clock
    over: float

    async def trials(self, servers: Sequence[Once], out: Out) -> AsyncIterator[Trial]:
        """One a rule and place; servers in trouble are told of on `out`."""
        for instant in await asyncio.gather(*(_read(server, self.clock, out) for server in servers)):
            places = dict.fromkeys((*instant.places(), *(await self.history.places(instant.server))))
            for rule in self.rules:
                for place in _meant(rule, instant.server, list(places)):
                    value = instant.value(rule, place)
                    past, told = await self._past(rule, place)
                    yield Trial(rule, place, value, _says(rule, value), past, told)

    async def _past(self, rule: Rule, place: Place) -> tuple[list[tuple[float, float]] | None, str]:
        if rule.query is not None:
            return None, "cannot be told: history keeps figures, not jobs"
        name = rule.metric.name
        if name not in RECORDED:
            return None, f"cannot be told: {name} is not kept"
        tier = next((tier for tier in TIERS if tier.keep >= self.over), TIERS[-1])
        steps = max(1, int(self.over // tier.step))
        past = await self.history.read(place.series, (name,), self.over, steps, self.clock.now())
        if not past.known:
            return None, "cannot be told: nothing is recorded"
        found = list(raised_over(rule, place, past))
        if not found:
            return found, "never raised"
        times = "raised once" if len(found) == 1 else f"raised {len(found)} times"
        return found, f"{times}, {span(sum(lasted for _, lasted in found))} in all"


async def show_test(found: AsyncIterator[Trial], out: Out, over: float, *, json: bool = False) -> int:
    """Prints one row a trial."""
    rows = []
    async for trial in found:
        rule, place, value = trial.rule, trial.place, trial.value
        if json:
            out.json({"rule": rule.name, "server": place.server, "queue": place.queue or None,
                      "type": place.type or None, "metric": rule.metric.name, "query": rule.query, "value": value,
                      "limit": rule.limit, "raised": trial.says == RAISED, "says": trial.says, "past": trial.past,
                      "told": trial.told})  # fmt: skip
        now = None if value is None else shown(value, rule.metric.unit)
        rows.append((rule.name, str(place), now, trial.says, trial.told))
    if not json:
        out.lines(table(("rule", "where", "now", "says", f"last {span(over)}"), rows, out.width))
    return DONE


def _meant(rule: Rule, server: str, places: Sequence[Place]) -> list[Place]:
    """The places of a server that a rule looks at; one that has none yet is told of all the same."""
    found = [place for place in (Place(server), *places) if rule.covers(place)]
    if found or not rule.covers_server(server):
        return found
    return [Place(server, rule.queue or "", rule.type or "")]


async def _read(server: Once, clock: Clock, out: Out) -> Instant:
    """Its queues and its jobs, as far as it tells of them."""
    queues: Sequence[QueueStats] = ()
    try:
        queues = await server.queues()
    except NotSupported:
        pass
    except JobdashError as error:
        out.trouble(server.name, error)
        return Instant(server.name, (), None, clock, lists=False)
    sweep, jobs = Sweep([server]), list[Job]()
    async with aclosing(sweep.rows()) as pages:
        async for rows in pages:
            jobs += [row.job for row in rows]
            if len(jobs) >= server.limits.most_jobs:
                break
    for name, problem in sweep.failed:
        out.trouble(name, problem)
    told = not (sweep.failed or sweep.silent)
    return Instant(server.name, queues, jobs if told else None, clock, lists=told and server.capabilities.list)


def _says(rule: Rule, value: float | None) -> str:
    if value is not None:
        return RAISED if rule.breached(value) else WELL
    if rule.query is not None:
        return "unknown: it tells of no jobs"
    return "unknown: it takes watching" if rule.metric.name in WATCHED else "unknown: not told"
