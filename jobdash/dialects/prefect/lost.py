"""Runs that nobody looks after any more: found by their deployments, which Prefect knows to be polled or not."""

from jobdash.client.dialect import Ask
from jobdash.dialects._reading import age_text, clock_text, iso, many, server_time
from jobdash.dialects.prefect.api import LIMIT, Api
from jobdash.dialects.prefect.wire import Named, Run

OVERDUE = 15.0
"""Seconds after which a run that is due should have been taken; Prefect calls only those Late that never began."""


def needs_somebody(run: Run, now: float | None) -> bool:
    """True for a run that is overdue, and for one whose process is a child of its deployment's runner.

    A pool's infrastructure (a container, a pod) goes on without the worker that asked for it.
    """
    state = run.now
    if state.type == "SCHEDULED":
        return state.name == "Late" or (now is not None and run.due is not None and now - run.due > OVERDUE)
    return state.type == "RUNNING" and not run.work_pool_name


async def lost(api: Api, ask: Ask, deployments: set[str]) -> dict[str, str]:
    """The evidence by deployment that nobody looks after its runs any more."""
    if not deployments:
        return {}
    wish = {"deployments": {"id": {"any_": sorted(deployments)[:LIMIT]}}, "limit": LIMIT}
    answer = await api.find(ask, "deployments/filter", wish)
    now = server_time(answer.headers)
    return {
        deployment.id: _evidence(deployment, now)
        for deployment in many(Named, answer.body)
        if deployment.id and deployment.status == "NOT_READY"
    }


def _evidence(deployment: Named, now: float | None) -> str:
    polled = iso(deployment.last_polled)
    if polled is None:
        return "nobody takes runs of this deployment: it was never polled"
    age = f", {age_text(now - polled)} ago" if now is not None else ""
    return f"the runner or worker of this deployment is gone: it last asked at {clock_text(polled)}{age}"
