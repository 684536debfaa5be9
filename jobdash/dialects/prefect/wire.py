"""What Prefect answers, as objects. No field is needed, none is converted. Times are ISO 8601, durations seconds."""

from typing import Any

from jobdash.dialects._reading import Flag, Number, Table, Text, Texts, Things, Whole, Wire, iso, one


class RunState(Wire):
    """The state of a run: a type that Prefect knows, and a name that says more."""

    type: Text = None
    name: Text = None
    message: Text = None
    timestamp: Text = None


class Run(Wire):
    """One flow run."""

    id: Text = None
    name: Text = None
    created: Text = None
    flow_id: Text = None
    deployment_id: Text = None
    work_queue_name: Text = None
    work_pool_name: Text = None
    parameters: Table = None
    empirical_policy: Table = None
    tags: Texts = None
    state_type: Text = None
    state_name: Text = None
    state: Any = None
    run_count: Whole = None
    expected_start_time: Text = None
    next_scheduled_start_time: Text = None
    start_time: Text = None
    end_time: Text = None
    total_run_time: Number = None

    @property
    def now(self) -> RunState:
        told = one(RunState, self.state) or RunState()
        return told.model_copy(update={"type": told.type or self.state_type, "name": told.name or self.state_name})

    @property
    def due(self) -> float | None:
        return iso(self.next_scheduled_start_time or self.expected_start_time)


class Named(Wire):
    """A flow, a deployment, a work pool or a work queue."""

    id: Text = None
    name: Text = None
    status: Text = None
    is_paused: Flag = None
    work_pool_name: Text = None
    last_polled: Text = None


class Artifact(Wire):
    """What a run published of its progress, in percent."""

    flow_run_id: Text = None
    data: Number = None


class Line(Wire):
    """One line of a log; `level` is a number as in Python's logging."""

    id: Text = None
    level: Whole = None
    message: Text = None
    timestamp: Text = None


class PoolWorker(Wire):
    """One worker of a work pool."""

    name: Text = None
    status: Text = None
    last_heartbeat_time: Text = None


class QueueStatus(Wire):
    """`GET work_queues/ID/status`."""

    healthy: Flag = None
    late_runs_count: Whole = None


class Verdict(Wire):
    """The answer to `set_state` and `resume`."""

    status: Text = None
    state: Any = None
    details: Table = None


class Event(Wire):
    """One event of the websocket; `resource` is the run, `related` its flow, its deployment, its queue."""

    event: Text = None
    occurred: Text = None
    resource: Table = None
    related: Things = None
