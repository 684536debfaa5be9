"""How much a change asks of a person, by where it happens and how many jobs it is about. The same for every face."""

from collections.abc import Iterable
from dataclasses import dataclass

from jobdash.model.care import Care

MANY = 10
"""Above so many jobs of a production server their number is typed."""

COUNTDOWN = 3
"""Seconds between the yes and the first request to a production server, in which it can be taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Friction:
    """`typed` is the number that is to be typed, `countdown` is in seconds."""

    typed: int | None = None
    reason: bool = False
    countdown: int = 0


NO_FRICTION = Friction()


def friction(cares: Iterable[Care], jobs: int) -> Friction:
    """What is asked for a change of so many jobs on servers with these cares."""
    if not any(care.production for care in cares):
        return NO_FRICTION
    return Friction(typed=jobs if jobs > MANY else None, reason=True, countdown=COUNTDOWN)
