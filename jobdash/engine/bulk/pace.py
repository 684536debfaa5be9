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
