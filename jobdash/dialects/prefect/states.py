"""Prefect's types of states and the names that they go by, which a flow's own code may add to."""

from jobdash.model.state import State

STATES = {
    "SCHEDULED": State.SCHEDULED,
    "PENDING": State.PENDING,
    "RUNNING": State.RUNNING,
    "PAUSED": State.PAUSED,
    "CANCELLING": State.RUNNING,
    "CANCELLED": State.CANCELLED,
    "COMPLETED": State.COMPLETED,
    "FAILED": State.FAILED,
    "CRASHED": State.FAILED,
}
SPECIAL = {"Late": State.PENDING, "AwaitingRetry": State.RETRYING, "AwaitingConcurrencySlot": State.PENDING}
"""Names of SCHEDULED states that say more than their type."""
NAMES = {
    "SCHEDULED": {"Scheduled", "Late", "AwaitingRetry", "AwaitingConcurrencySlot"},
    "PENDING": {"Pending", "Submitting", "InfrastructurePending"},
    "RUNNING": {"Running", "Retrying"},
    "PAUSED": {"Paused", "Suspended"},
    "CANCELLING": {"Cancelling"},
    "CANCELLED": {"Cancelled"},
    "COMPLETED": {"Completed", "Cached"},
    "FAILED": {"Failed", "TimedOut"},
    "CRASHED": {"Crashed"},
}
"""The usual names of each type."""
LIVE = ["SCHEDULED", "PENDING", "RUNNING", "PAUSED", "CANCELLING"]
ENDED = ["CANCELLED", "COMPLETED", "FAILED", "CRASHED"]


def state_of(type: str | None, name: str | None) -> State:
    state = STATES.get(type or "", State.UNKNOWN)
    return SPECIAL.get(name or "", state) if state is State.SCHEDULED else state


class Names:
    """All names of each type, the usual ones and those that were met."""

    def __init__(self) -> None:
        self._of = {type: set(names) for type, names in NAMES.items()}

    def met(self, type: str | None, name: str | None) -> None:
        if type in self._of and name:
            self._of[type].add(name)

    def all(self, *types: str) -> frozenset[str]:
        """The names of several types."""
        return frozenset().union(*(self._of[type] for type in types))
