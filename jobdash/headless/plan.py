"""Which jobs an action will be asked for, fixed before anything is sent: eligible ones, and why the others are not."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from jobdash.engine.once import Once
from jobdash.headless.gather import Sweep
from jobdash.headless.listing import matching
from jobdash.headless.which import Found
from jobdash.model.command import Action
from jobdash.model.errors import ConfigError, JobdashError
from jobdash.model.job import Job


@dataclass(slots=True)
class Step:
    """One job of the plan, as it was seen. `refusal` is why it cannot be asked for, `error` why it was not read."""

    server: Once
    name: str
    job: Job | None = None
    refusal: str | None = None
    error: JobdashError | None = None


@dataclass(slots=True)
class Plan:
    """The frozen set. `failed` are the servers that could not be read."""

    action: Action
    steps: list[Step] = field(default_factory=list)
    failed: list[tuple[str, JobdashError]] = field(default_factory=list)

    @property
    def eligible(self) -> list[Step]:
        return [step for step in self.steps if step.job is not None and step.refusal is None]

    @property
    def sentence(self) -> str:
        """`cancel 3 jobs (2 running, 1 pending) of docs`."""
        jobs = [step.job for step in self.eligible if step.job is not None]
        states = ", ".join(f"{count} {state}" for state, count in Counter(job.native_state for job in jobs).items())
        servers = ", ".join(dict.fromkeys(job.server for job in jobs))
        return f"{self.action} {len(jobs)} job{'s' * (len(jobs) != 1)} ({states}) of {servers}"


async def of_jobs(action: Action, jobs: Sequence[Found]) -> Plan:
    """Reads every job that was named, several at once."""
    plan = Plan(action)
    plan.steps += await asyncio.gather(*(_step(action, found) for found in jobs))
    return plan


async def of_query(action: Action, servers: Sequence[Once], query: str) -> Plan:
    """Reads every job that matches. Raises ConfigError for a query that means everything."""
    if not query.strip():
        raise ConfigError("--query: an empty query would mean every job of every server; say which")
    plan, by_name = Plan(action), {server.name: server for server in servers}
    sweep = Sweep(servers)
    async for row in matching(sweep, query):
        server = by_name[row.job.server]
        plan.steps.append(Step(server, str(row.job.key), row.job, server.refusal(action, row.job)))
    plan.failed += sweep.failed
    return plan


async def _step(action: Action, found: Found) -> Step:
    step = Step(found.server, str(found.key))
    try:
        report = await found.read()
    except JobdashError as error:
        step.error = error
        return step
    step.job = report.job
    step.refusal = found.server.refusal(action, report.job)
    return step
