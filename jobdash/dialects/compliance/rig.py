"""What all parts of the suite stand on: a fresh dialect, the questions it promises to answer, the outcome of one."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, ClassVar
from unittest import SkipTest

from jobdash.client.dialect import Dialect
from jobdash.client.registry import DialectFactory
from jobdash.dialects.compliance.payloads import Exchange, Payloads
from jobdash.dialects.compliance.questions import READINGS, Question, changes
from jobdash.dialects.compliance.recorded import Recorded
from jobdash.model.errors import NotSupported, ServerError

SERVER = "docs"

Run = Callable[[Coroutine[Any, Any, object]], object]
"""Runs one coroutine to its end."""


class Rig:
    """`kind` makes the dialect of one server, `payloads` are what was recorded of one."""

    kind: ClassVar[DialectFactory]
    payloads: ClassVar[Payloads]

    def made(self) -> Dialect:
        """A dialect that has heard nothing yet."""
        return type(self).kind(SERVER, self.payloads.options)

    def questions(self) -> tuple[Question, ...]:
        """Everything that could be asked."""
        return (*READINGS, *changes(self.made(), self.payloads))

    def promised(self) -> Iterator[Question]:
        """What the dialect says it can answer."""
        able = self.made().capabilities
        return (question for question in self.questions() if question.promised(able))

    def needs(self, capability: str) -> None:
        """Skips the test when this is not declared."""
        if not getattr(self.made().capabilities, capability):
            raise SkipTest(f"{capability} is not declared")

    def put(
        self, question: Question, server: Recorded, dialect: Dialect, id: str | None = None, *, run: Run = asyncio.run
    ) -> object:
        """The dialect's answer to a question about the recorded job, or another."""

        async def asking() -> object:
            return await question.put(dialect, server, self.payloads.id if id is None else id)

        return run(asking())

    def outcome(self, question: Question, server: Recorded, dialect: Dialect, id: str | None = None) -> str:
        """What became of it, in a word; an exception of another kind is raised."""
        try:
            self.put(question, server, dialect, id)
        except (ServerError, NotSupported) as error:
            return "ServerError" if isinstance(error, ServerError) else "NotSupported"
        return "answered"

    def used_by(self, question: Question) -> list[Exchange]:
        """The recorded answers that a question needs, each once, and of those alike the first."""
        dialect = self.made()
        server = Recorded(self.payloads, dialect)
        self.put(question, server, dialect)
        alike = {(each.method, each.path, *sorted(each.query)): each for each in reversed(server.used)}
        return list(alike.values())
