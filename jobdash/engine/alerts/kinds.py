"""Kinds of errors that a server never told of before: those with a fingerprint of their own."""

from collections.abc import Callable, Iterable

from jobdash.engine.fingerprint import id_of_job
from jobdash.model.job import Job

NEWS = 600.0
"""Seconds for which a kind of error counts as new."""

LEARNING = 600.0
"""A server about which nothing is remembered is learnt for so many seconds first."""

MOST = 10_000


class Kinds:
    """Times are monotonic. `unsaved` are those that are not kept yet."""

    def __init__(self, began: float, kind_of: Callable[[Job], str | None] = id_of_job) -> None:
        self._began = began
        self._kind_of = kind_of
        self._known: dict[str, set[str]] = {}
        self._remembered: set[str] = set()
        self._new: dict[str, dict[str, float]] = {}
        self.unsaved: list[tuple[str, str]] = []

    def remember(self, kinds: Iterable[tuple[str, str]]) -> None:
        """These were seen in an earlier run."""
        for server, kind in kinds:
            self._known.setdefault(server, set()).add(kind)
            self._remembered.add(server)

    def failed(self, job: Job, now: float, *, just_now: bool) -> None:
        """A job failed; what happened before we looked is only learnt."""
        kind, server = self._kind_of(job), job.key.server
        known = self._known.setdefault(server, set())
        if kind is None or kind in known or len(known) >= MOST:
            return
        known.add(kind)
        self.unsaved.append((server, kind))
        if just_now and (server in self._remembered or now - self._began > LEARNING):
            self._new.setdefault(server, {})[kind] = now

    def new(self, server: str, now: float) -> float:
        """How many kinds of a server are new."""
        recent = self._new.get(server)
        if not recent:
            return 0.0
        for kind in [kind for kind, at in recent.items() if now - at > NEWS]:
            del recent[kind]
        return float(len(recent))

    def new_ones(self, server: str) -> list[str]:
        """Which ones those were when they were counted last."""
        return list(self._new.get(server, ()))

    def take_unsaved(self) -> list[tuple[str, str]]:
        """What is to be kept; it is asked for once."""
        found, self.unsaved = self.unsaved, []
        return found
