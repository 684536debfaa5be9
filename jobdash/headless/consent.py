"""The question before a change: the same for one job, many, queues, new jobs, and what `wait` restarts."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from jobdash.engine.friction import Friction, friction
from jobdash.headless.out import Out
from jobdash.model.care import Care
from jobdash.model.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """`confirm` asks, and raises ConfigError where nobody can answer; None: the person said yes beforehand."""

    confirm: Callable[[str, Friction], Awaitable[bool]] | None = None
    reason: str | None = None

    async def given(self, what: str, cares: Iterable[Care], jobs: int, out: Out) -> bool:
        """True when it may be done. Raises ConfigError for production without a reason."""
        asked = friction(cares, jobs)
        if asked.reason and not (self.reason or "").strip():
            raise ConfigError(f"{what}: that is production; say why with --reason. Nothing was sent")
        if self.confirm is None or await self.confirm(f"{what}?", asked):
            return True
        out.note("nothing was sent")
        return False
