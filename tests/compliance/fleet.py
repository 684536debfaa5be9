"""A dialect as a plug-in's author would write it, and ways to get it wrong."""

import json
from typing import Any

from jobdash.client.dialect import Answer, Ask, Dialect, Request, StreamEvent, quote_id
from jobdash.dialects.compliance import Payloads
from jobdash.model.capabilities import Capabilities
from jobdash.model.command import Action, ActionRule, Command
from jobdash.model.errors import BadAnswer
from jobdash.model.job import Job, JobKey
from jobdash.model.report import BadEvent, Heard, JobReport
from jobdash.model.state import State

STATES = {"new": State.PENDING, "busy": State.RUNNING, "done": State.COMPLETED}


class Fleet(Dialect):
    """One answer a job, one event a change, and jobs can be stopped."""

    title = "Fleet"

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(stream=True, actions={Action.CANCEL: ActionRule(valid_from=frozenset({"new", "busy"}))})

    async def job(self, ask: Ask, id: str) -> JobReport:
        answer = await ask(Request(path=self.path(id)))
        return JobReport(job=self.read(answer.body))

    def stream(self, id: str) -> Request:
        return Request(path=f"{self.path(id)}/events")

    def read_event(self, event: StreamEvent, id: str | None) -> Heard:
        try:
            return JobReport(job=self.read(json.loads(event.data)), partial=True)
        except (ValueError, BadAnswer) as error:
            return BadEvent(str(error))

    async def send(self, ask: Ask, command: Command) -> str:
        if command.action is not Action.CANCEL:
            return await super().send(ask, command)
        answer = await ask(self.stopping(command.key.id))
        return f"HTTP {answer.status}"

    def stopping(self, id: str) -> Request:
        return Request(path=f"{self.path(id)}/stop", method="POST", changes=True)

    def path(self, id: str) -> str:
        return f"/trips/{quote_id(id)}"

    def read(self, body: Any) -> Job:
        match body:
            case {"id": str(id), "state": str(word)} if id and word:
                share = body.get("share")
                known = type(share) in (int, float) and 0 <= share <= 1
                return Job(
                    key=JobKey(self.server, id),
                    state=STATES.get(word, State.UNKNOWN),
                    native_state=word,
                    progress=share * 100 if known else None,
                )
        raise BadAnswer("this is no trip")


class Overconfident(Fleet):
    """Declares logs and has none."""

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(stream=True, logs=True, actions=super().capabilities.actions)


class Secretive(Fleet):
    """Can stop a trip and does not say so."""

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(stream=True)


class Trusting(Fleet):
    """Believes every answer."""

    def read(self, body: Any) -> Job:
        key, word = JobKey(self.server, body["id"]), body["state"]
        return Job(key=key, state=STATES.get(word, State.UNKNOWN), native_state=word)


class Gullible(Fleet):
    """Takes every figure for a progress."""

    def read(self, body: Any) -> Job:
        found = super().read(body)
        share = body.get("share") if isinstance(body, dict) else None
        return Job(key=found.key, state=found.state, native_state=found.native_state, progress=share)


class Careless(Fleet):
    """Puts ids into paths as they are."""

    def path(self, id: str) -> str:
        return f"/trips/{id}"


class Repeating(Fleet):
    """Does not say that stopping changes something, so that it would be repeated."""

    def stopping(self, id: str) -> Request:
        return Request(path=f"{self.path(id)}/stop", method="POST")


class Meddling(Fleet):
    """Changes the answer that it reads, and what it makes of it depends on that."""

    seen = 0

    def read(self, body: Any) -> Job:
        Meddling.seen += 1
        found = super().read(body)
        return Job(key=found.key, state=found.state, native_state=found.native_state, attempts=Meddling.seen)


class Nosy(Fleet):
    """Finds out what a server is by changing it."""

    @property
    def probe(self) -> Request | None:
        return Request(path="/trips", method="POST")

    def matches(self, answer: Answer) -> bool:
        return True


RECORDED = Payloads.of(
    {
        "id": "t/1",
        "exchanges": [
            {"ask": "GET /trips/{id}", "answer": {"id": "t/1", "state": "busy", "share": 0.5}},
            {"ask": "POST /trips/{id}/stop", "status": 204},
        ],
        "events": [{"data": {"id": "t/1", "state": "done", "share": 1}}],
    }
)
