"""What was recorded of one kind of server: its answers, its events, and what to ask it; read from a JSON file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from jobdash.client.dialect import DialectOptions, Request, StreamEvent, quote_id
from jobdash.model.job import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One question and the server's answer to it. A question may have more parameters than `query` names.

    A value of `*` stands for any.
    """

    method: str
    path: str
    query: Mapping[str, str]
    status: int
    body: Json
    headers: Mapping[str, str]

    def answers(self, request: Request) -> bool:
        """True when this is the answer to `request`."""
        asked = {name: str(value) for name, value in request.query.items()}
        same = (self.method, self.path.strip("/")) == (request.method, request.path.strip("/"))
        return same and all(name in asked and value in ("*", asked[name]) for name, value in self.query.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Payloads:
    """Everything recorded. `id` is the job that the answers are about, `submit` the values for each form by name.

    `seen` are the states of the job in which actions are sent, by action; `queue` is one that actions are sent to,
    `webhook` what the server delivers.
    """

    id: str
    exchanges: tuple[Exchange, ...]
    options: DialectOptions = field(default_factory=DialectOptions)
    events: tuple[StreamEvent, ...] = ()
    feed_events: tuple[StreamEvent, ...] = ()
    seen: Mapping[str, str] = field(default_factory=dict)
    submit: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    queue: str = ""
    webhook: Json = None

    @classmethod
    def read(cls, path: Path) -> Self:
        """The recording in a file. Raises OSError or ValueError when there is none."""
        return cls.of(json.loads(path.read_text("utf-8")))

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """The recording in a JSON object: `id` and `exchanges` are needed."""
        own, options = found["id"], found.get("options", {})
        return cls(
            id=own,
            exchanges=tuple(_exchange(each, own) for each in found["exchanges"]),
            options=DialectOptions(base=options.get("base"), paths=options.get("paths", {})),
            events=tuple(_event(each) for each in found.get("events", ())),
            feed_events=tuple(_event(each) for each in found.get("feed_events", ())),
            seen=found.get("seen", {}),
            submit=found.get("submit", {}),
            queue=found.get("queue", ""),
            webhook=found.get("webhook"),
        )


def _exchange(found: Mapping[str, Any], id: str) -> Exchange:
    """`{"ask": "GET /jobs/{id}?full=1", "answer": {...}}`; `status` and `headers` where they are not the usual ones."""
    method, _, target = found["ask"].partition(" ")
    path, _, query = target.partition("?")
    return Exchange(
        method=method,
        path=path.replace("{id}", quote_id(id)),
        query=dict(part.split("=", 1) for part in query.split("&") if part),
        status=found.get("status", 200),
        body=found.get("answer"),
        headers=found.get("headers", {}),
    )


def _event(found: Mapping[str, Any]) -> StreamEvent:
    """`{"data": {...}, "event": "message", "id": "7"}`; `data` is JSON, or text as it came."""
    data = found["data"]
    return StreamEvent(
        data=data if isinstance(data, str) else json.dumps(data),
        event=found.get("event", "message"),
        id=found.get("id", ""),
    )
