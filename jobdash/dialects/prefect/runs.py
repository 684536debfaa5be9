"""Flow runs as jobs, with what other questions tell of them: the flow's name, progress, who looks after them."""

from collections.abc import Sequence

from jobdash.client.dialect import Ask
from jobdash.dialects._reading import clock_text, iso, many
from jobdash.dialects.prefect.api import LIMIT, Api
from jobdash.dialects.prefect.lost import lost, needs_somebody
from jobdash.dialects.prefect.states import Names, state_of
from jobdash.dialects.prefect.wire import Artifact, Named, Run
from jobdash.model.job import Job, JobKey
from jobdash.model.report import JobReport
from jobdash.model.state import State


class Runs:
    """What is known of the runs of one server: the flows that were met, and the names of states."""

    def __init__(self, server: str, api: Api) -> None:
        self.names = Names()
        self._server = server
        self._api = api
        self._flows: dict[str, str] = {}

    async def reports(self, ask: Ask, runs: Sequence[Run], now: float | None) -> tuple[JobReport, ...]:
        """One for each run that has an id."""
        await self._learn_flows(ask, runs)
        progress = await self._progress(ask, runs)
        watched = {run.id: run.deployment_id for run in runs if run.deployment_id and needs_somebody(run, now)}
        gone = await lost(self._api, ask, set(watched.values()))
        return tuple(
            JobReport(job=self._job(run.id, run, progress.get(run.id), gone.get(watched.get(run.id, ""))))
            for run in runs
            if run.id
        )

    def flow(self, id: str | None) -> str | None:
        """The name of a flow that was met."""
        return self._flows.get(id or "")

    async def _learn_flows(self, ask: Ask, runs: Sequence[Run]) -> None:
        new = {run.flow_id for run in runs if run.flow_id and run.flow_id not in self._flows}
        if new:
            wish = {"flows": {"id": {"any_": sorted(new)[:LIMIT]}}, "limit": LIMIT}
            found = many(Named, (await self._api.find(ask, "flows/filter", wish)).body)
            self._flows |= {flow.id: flow.name for flow in found if flow.id and flow.name}

    async def _progress(self, ask: Ask, runs: Sequence[Run]) -> dict[str, float]:
        """The lowest of the progress artifacts of each run that runs, in percent."""
        running = [run.id for run in runs if run.now.type == "RUNNING" and run.id]
        if not running:
            return {}
        only = {"flow_run_id": {"any_": running}, "type": {"any_": ["progress"]}}
        answer = await self._api.find(ask, "artifacts/filter", {"artifacts": only, "limit": LIMIT})
        told: dict[str, float] = {}
        for artifact in many(Artifact, answer.body):
            if artifact.flow_run_id and artifact.data is not None and 0 <= artifact.data <= 100:
                told[artifact.flow_run_id] = min(artifact.data, told.get(artifact.flow_run_id, 100.0))
        return told

    def _job(self, id: str, run: Run, progress: float | None, evidence: str | None) -> Job:
        now = run.now
        name = now.name or now.type or "unknown"
        state = state_of(now.type, name)
        self.names.met(now.type, now.name)
        error = now.message if state in (State.FAILED, State.RETRYING) else None
        if evidence:
            state, error = State.STUCK, evidence
        step = f"due {clock_text(run.due)}" if run.due and state in (State.SCHEDULED, State.RETRYING) else None
        retries = (run.empirical_policy or {}).get("retries")
        queue = "/".join(part for part in (run.work_pool_name, run.work_queue_name) if part)
        return Job(
            key=JobKey(self._server, id),
            state=state,
            native_state=name,
            type=self.flow(run.flow_id),
            queue=queue or None,
            label=run.name,
            progress=progress,
            step="asked to stop" if now.type == "CANCELLING" else step,
            created_at=iso(run.created),
            started_at=iso(run.start_time),
            finished_at=iso(run.end_time) if state.ended else None,
            updated_at=iso(now.timestamp),
            attempts=run.run_count,
            max_attempts=retries + 1 if type(retries) is int and 0 <= retries < 10**6 else None,
            error=error,
        )
