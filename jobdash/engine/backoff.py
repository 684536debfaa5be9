"""How long to wait after a failure: a pure function of the attempt, so that tests need not wait."""

from collections.abc import Callable

Random = Callable[[], float]
"""Gives a number in [0, 1)."""


def full_jitter(attempt: int, *, base: float, cap: float, random: Random) -> float:
    """Seconds to wait before try number `attempt` (from 1): random between a tenth of and the doubling bound.

    The bound is `base * 2 ** (attempt - 1)`, at most `cap`. Spreading over the whole range keeps many clients
    from returning to a recovering server in step; the tenth keeps one unlucky draw from being a storm.
    """
    bound = min(cap, base * 2.0 ** min(attempt - 1, 32))
    return bound * (0.1 + 0.9 * random())
