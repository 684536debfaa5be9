"""How fast a bulk goes, and how it begins."""

from dataclasses import dataclass

REQUESTS_A_JOB = 3
"""A job is read, asked for and read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """For each server: `rate` jobs a second at most, `canary` of them alone first, `at_once` under way at a time.

    After `patience` jobs in a row that failed or of which nothing is known, the bulk stops by itself.
    """

    rate: float = 10.0
    canary: int = 5
    at_once: int = 10
    patience: int = 10

    def within(self, requests: float) -> float:
        """Jobs a second on a server that takes so many requests a second."""
        return min(self.rate, requests / REQUESTS_A_JOB)

    def told(self, requests: float) -> str:
        """`10 a second`, or what holds it back: `3.33 a second (3 requests each, of 10 a second)`."""
        rate = self.within(requests)
        held = f" ({REQUESTS_A_JOB} requests each, of {requests:.3g} a second)" if rate < self.rate else ""
        return f"{rate:.3g} a second{held}"
