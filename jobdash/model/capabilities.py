"""What a server can do. The only question the rest of jobdash ever asks about a kind of server."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jobdash.model.command import Action, ActionRule
from jobdash.model.job import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """Declared by a dialect; the honest default is that a server can do nothing but tell one job's state.

    `delta`: the listing can be narrowed to what changed since a time. `feed_leaves_out`: the feed tells of states only,
    and the listing is walked every so many seconds for the rest; None when the feed tells all that a listing would.
    `queue_actions` are those that `send_to_queue` understands; their rules say nothing but the `note`.
    """

    list: bool = False
    delta: bool = False
    feed: bool = False
    feed_leaves_out: float | None = None
    stream: bool = False
    long_poll: bool = False
    logs: bool = False
    queues: bool = False
    workers: bool = False
    submit: bool = False
    results: bool = False
    webhook: bool = False
    actions: Mapping[Action, ActionRule] = field(default_factory=dict)
    queue_actions: Mapping[Action, ActionRule] = field(default_factory=dict)

    def refusal(self, action: Action, job: Job) -> str | None:
        """Why `action` cannot be asked for `job`, in one sentence; None when it can."""
        rule = self.actions.get(action)
        if rule is None:
            return f"{job.server} cannot {action} jobs"
        if rule.valid_from and job.native_state not in rule.valid_from:
            allowed = " or ".join(sorted(rule.valid_from))
            return f"{action} needs a job that is {allowed}; this one is {job.native_state}"
        return None
