"""BullMQ's statuses, what each means, and which of them an action may start from."""

from jobdash.model.command import Action, ActionRule
from jobdash.model.state import State

STATES = {
    "waiting": State.PENDING,
    "prioritized": State.PENDING,
    "waiting-children": State.PENDING,
    "paused": State.PAUSED,
    "delayed": State.SCHEDULED,
    "active": State.RUNNING,
    "completed": State.COMPLETED,
    "failed": State.FAILED,
}
HELD_BACK = ("waiting", "prioritized")
"""What a paused queue holds back."""
ENDED = frozenset({"completed", "failed"})
WAITING = frozenset(STATES) - ENDED - {"active"}
VERBS = {Action.CANCEL: "clean", Action.DELETE: "clean", Action.RESTART: "retry", Action.RESUME: "promote"}
DONE = {"clean": "removed", "retry": "put back into its queue", "promote": "promoted"}
ACTIONS = {
    Action.CANCEL: ActionRule(
        valid_from=WAITING,
        confirmed_by=frozenset({State.CANCELLED}),
        gone_confirms=True,
        note="removes the job for good, before it has begun, and its children in whatever queue; BullMQ keeps no "
        "cancelled jobs. One that runs cannot be stopped",
    ),
    Action.DELETE: ActionRule(
        valid_from=ENDED,
        confirmed_by=frozenset({State.CANCELLED}),
        gone_confirms=True,
        note="removes the job for good, and its children in whatever queue",
    ),
    Action.RESTART: ActionRule(valid_from=ENDED, note="puts the same job back into its queue, under the same id"),
    Action.RESUME: ActionRule(
        valid_from=frozenset({"delayed"}), note="promotes the job: it no longer waits for its time, or for its retry"
    ),
}
PAUSE = "no worker takes a job from this queue any more; what runs goes on to its end"
