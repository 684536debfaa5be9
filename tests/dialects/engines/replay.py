"""Recorded answers of real engines, given again by a real server on loopback, and a link that asks it."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jobdash.client.dialect import Dialect
from jobdash.client.link import ServerLink
from jobdash.client.settings import ServerSettings
from tests.client.scripted import Peer, Received, Server, answer, serving

CAPTURES = Path(__file__).parent / "captures"
PHRASES = {200: "OK", 201: "Created", 204: "No Content", 404: "Not Found", 500: "Internal Server Error"}


@dataclass
class Answered:
    """What a route answers: any JSON, or text as it is when `kind` is no JSON."""

    body: Any = None
    status: int = 200
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def raw(self) -> bytes:
        text = self.body if "json" not in self.kind else json.dumps(self.body)
        phrase = f"{self.status} {PHRASES.get(self.status, 'Said')}"
        return answer("" if self.status in (204, 304) else text, phrase, self.kind, **self.headers)


Route = str | Answered | list[Any]
"""The name of a recorded answer, an answer, or several of them: one after the other, the last one for ever."""


def capture(engine: str, name: str) -> Any:
    """One recorded exchange: `request` and `response`."""
    return json.loads((CAPTURES / engine / f"{name}.json").read_text("utf-8"))


def body(engine: str, name: str) -> Any:
    """The body of a recorded answer."""
    return capture(engine, name)["response"]["body"]


def recorded(engine: str, name: str) -> Answered:
    """A recorded answer, as it came."""
    said = capture(engine, name)["response"]
    headers = {key.lower().replace("-", "_"): value for key, value in said["headers"].items()}
    kind = headers.pop("content_type", "application/json")
    return Answered(said["body"], said["status"], kind, headers)


@dataclass
class Played:
    """A server that gives recorded answers, and the link to it."""

    server: Server
    link: ServerLink
    engine: str
    routes: dict[str, Route]

    @property
    def asked(self) -> list[str]:
        """Every request so far, as `METHOD /path?query`."""
        return [f"{request.method} {request.target}" for request in self.server.received]

    def bodies(self, method: str = "POST") -> list[Any]:
        """What was sent in the bodies of requests so far."""
        return [json.loads(request.body or "null") for request in self.server.received if request.method == method]

    def forget(self) -> None:
        """Counts from here."""
        self.server.received.clear()

    def find(self, request: Received) -> Answered:
        path = request.target.partition("?")[0]
        for key in (f"{request.method} {request.target}", f"{request.method} {path}"):
            if key in self.routes:
                found = self.routes[key]
                if isinstance(found, list):
                    found = found.pop(0) if len(found) > 1 else found[0]
                return recorded(self.engine, found) if isinstance(found, str) else found
        return Answered({"error": "no such route"}, 404)


@asynccontextmanager
async def playing(
    engine: str, dialect: Dialect, routes: Mapping[str, Route], prefix: str = "", *, read_only: bool = False
) -> AsyncIterator[Played]:
    """Serves `routes` (`METHOD /path` or `METHOD /path?query`) to a link of `dialect`; 404 for all others."""
    played: list[Played] = []

    async def script(request: Received, peer: Peer) -> None:
        await peer.send(played[0].find(request).raw)

    async with serving(script) as server:
        settings = ServerSettings(name=dialect.server, url=server.url + prefix, read_only=read_only)
        link = ServerLink(settings, engine, dialect)
        played.append(Played(server, link, engine, dict(routes)))
        try:
            yield played[0]
        finally:
            await link.aclose()
