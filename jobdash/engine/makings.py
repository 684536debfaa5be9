"""New jobs on their way: what was asked for, what the server says, why it is tried again. One at a time on a server."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from jobdash.client.link_contract import Link
from jobdash.engine.clock import Clock
from jobdash.engine.dispatch import Door
from jobdash.engine.journal import Journal
from jobdash.engine.known import Known
from jobdash.engine.submission import submitted
from jobdash.engine.taker import Taker
from jobdash.model.care import NO_CARE, Care
from jobdash.model.errors import JobdashError, NotSupported
from jobdash.model.form import Form
from jobdash.model.job import JobKey, Json


@dataclass(slots=True, kw_only=True)
class Making:
    """One submission. `words` are the last that was heard; `key` is the new job's, `problem` says why there is none."""

    server: str
    form: Form
    words: str = "sending …"
    key: JobKey | None = None
    problem: str | None = None

    @property
    def over(self) -> bool:
        return self.key is not None or self.problem is not None


class Makings:
    """`made` is called with each new job, so that it is followed at once."""

    def __init__(
        self,
        known: Known,
        clock: Clock,
        links: Mapping[str, Link],
        made: Callable[[JobKey], None],
        *,
        journal: Journal | None = None,
        cares: Mapping[str, Care] | None = None,
        doors: Mapping[str, Door] | None = None,
    ) -> None:
        self._known = known
        self._clock = clock
        self._made = made
        self._takers = {
            name: Taker(link, (cares or {}).get(name, NO_CARE), journal, door=(doors or {}).get(name))
            for name, link in links.items()
        }
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def forms(self, server: str) -> tuple[Form, ...]:
        """The kinds of job that a server takes."""
        taker = self._takers.get(server)
        return taker.link.dialect.forms if taker is not None else ()

    def refusal(self, server: str) -> str | None:
        """Why nothing can be submitted there now, in one sentence; None when it can."""
        taker = self._takers[server]
        if (why := taker.care.refusal(server)) is not None:
            return why
        if server in self._tasks:
            return f"a job is being submitted to {server}"
        if not taker.link.dialect.forms:
            return f"{server} takes no new jobs here"
        return taker.door.patience if taker.door is not None else None

    def preview(self, server: str, form: Form, values: Mapping[str, Json]) -> tuple[str, Json] | None:
        """What will be sent: `POST /path` and the body; None where that cannot be told beforehand."""
        try:
            request = self._takers[server].link.dialect.request_for(form, values)
        except NotSupported:
            return None
        return f"{request.method} {request.path}", request.json

    def start(self, server: str, form: Form, values: Mapping[str, Json], reason: str | None = None) -> Making:
        """Begins to submit; what becomes of it is told by what is given back."""
        making = Making(server=server, form=form, problem=self.refusal(server))
        if making.problem is None:
            self._tasks[server] = asyncio.create_task(self._make(making, values, reason), name=f"submit to {server}")
        return making

    async def close(self) -> None:
        """Gives up what is under way."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _make(self, making: Making, values: Mapping[str, Json], reason: str | None) -> None:
        def trouble(words: str) -> None:
            making.words = words
            self._known.gather.server(making.server)

        try:
            taker = replace(self._takers[making.server], reason=reason)
            id, words = await submitted(taker, making.form, values, clock=self._clock, trouble=trouble)
        except JobdashError as error:
            making.problem = str(error)
        else:
            making.words, making.key = words, JobKey(making.server, id)
            self._made(making.key)
        finally:
            del self._tasks[making.server]
            self._known.gather.server(making.server)
