"""What Flower answers, as objects. No field is needed, none is converted."""

from typing import Any

from jobdash.dialects._reading import Flag, Number, Numbers, Text, Things, Whole, Wire, moment


class Task(Wire):
    """`GET api/tasks`, `GET api/task/info/ID`. Times are seconds since the epoch; args, kwargs and result are reprs."""

    name: Text = None
    state: Text = None
    sent: Number = None
    received: Number = None
    started: Number = None
    succeeded: Number = None
    failed: Number = None
    revoked: Number = None
    rejected: Number = None
    timestamp: Number = None
    runtime: Number = None
    eta: Text = None
    expires: Text = None
    retries: Whole = None
    args: Text = None
    kwargs: Text = None
    result: Text = None
    exception: Text = None
    traceback: Text = None
    exchange: Text = None
    routing_key: Text = None
    worker: Text = None
    root_id: Text = None
    parent_id: Text = None
    children: Things = None

    @property
    def mark(self) -> str:
        """What changes with every event of a task."""
        return f"{self.state} {self.timestamp}"


class Result(Wire):
    """`GET api/task/result/ID`: what the backend knows; `result` and `traceback` only when it is ready."""

    state: Text = None
    result: Any = None
    traceback: Text = None


class Seen(Wire):
    """One worker in `GET workers?json=1`; heartbeats are seconds since the epoch, one every `freq` seconds."""

    hostname: Text = None
    status: Flag = None
    heartbeats: Numbers = None
    active: Whole = None
    pid: Whole = None
    freq: Number = None

    @property
    def heartbeat(self) -> float | None:
        return moment(max(filter(None, self.heartbeats or ()), default=None))


class Length(Wire):
    """A queue in `GET api/queues/length`, and among a worker's `active_queues`."""

    name: Text = None
    messages: Whole = None
