"""Wishes to change a server, and what became of them. Sending them is the client's work, guarding them the engine's."""

from dataclasses import dataclass
from enum import StrEnum

from jobdash.model.job import JobKey
from jobdash.model.state import State


class Action(StrEnum):
    """Everything that can change a job on its server."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    RESTART = "restart"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A wish about one job, with what the person saw when they wished it; `bulk` names the bulk it belongs to."""

    key: JobKey
    action: Action
    seen_native_state: str
    seen_attempts: int | None = None
    reason: str | None = None
    bulk: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCommand:
    """A wish to PAUSE or RESUME a whole queue. A later reading of `queues` shows what became of it."""

    server: str
    queue: str
    action: Action
    reason: str | None = None


class Phase(StrEnum):
    """How far a command has come. Only CONFIRMED means that the server's own later state shows it."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    UNKNOWN = "unknown"

    @property
    def final(self) -> bool:
        return self not in (Phase.REQUESTED, Phase.ACCEPTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is known of a command now, in words for a person. `status` is the HTTP status, when there was an answer."""

    command: Command
    phase: Phase
    message: str
    status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRule:
    """Where an action is possible: the server's own states it is valid from, and the states that confirm it.

    An empty `valid_from` means any state. `note` says what the action really does where its name promises more.
    """

    valid_from: frozenset[str] = frozenset()
    confirmed_by: frozenset[State] = frozenset()
    gone_confirms: bool = False
    note: str | None = None
