"""A server that takes new jobs: read-only is read-only, and every try stands in the audit log before it is sent."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from jobdash.client.link_contract import Link
from jobdash.engine.dispatch import Door
from jobdash.engine.journal import SENDING, Journal, JournalError, aside
from jobdash.engine.straight import Straight
from jobdash.model.care import Care
from jobdash.model.errors import JobdashError, NotSupported
from jobdash.model.form import Form
from jobdash.model.job import Json


@dataclass(slots=True)
class Taker:
    """The one way by which a new job is asked for, whoever asks. `door` is how the server is asked; None: at once."""

    link: Link
    care: Care
    journal: Journal | None
    reason: str | None = None
    door: Door | None = None

    @property
    def name(self) -> str:
        return self.link.name

    async def submit(self, form: Form, values: Mapping[str, Json]) -> tuple[str, str]:
        """One try: the new job's id and the server's words. Raises JobdashErrors."""
        if (why := self.care.refusal(self.name)) is not None:
            raise NotSupported(f"{why}: nothing was sent")

        async def sending() -> tuple[str, str]:
            if self.journal is not None:
                await aside(self.journal.submission, self.name, form.name, SENDING, reason=self.reason)
            return await self.link.dialect.submit(self.link.ask, form, values)

        try:
            id, words = await (self.door or Straight(self.link)).for_command(sending)
        except JournalError:
            raise
        except JobdashError as error:
            await self._note(form, "failed", words=str(error))
            raise
        await self._note(form, "accepted", id, words)
        return id, words

    async def _note(self, form: Form, phase: str, id: str = "", words: str = "") -> None:
        if self.journal is not None:
            with suppress(JournalError):
                write, told = self.journal.submission, (self.name, form.name, phase)
                await aside(write, *told, id=id, words=words, reason=self.reason)
