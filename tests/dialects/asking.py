"""A stand-in for the client: hands out prepared answers and remembers what was asked. No network."""

from pathlib import Path
from typing import Any

import jobdash.dialects
from jobdash.client.dialect import Answer, DialectOptions, Request
from jobdash.dialects.mapping import load_mapping
from jobdash.dialects.mapping.dialect import MappingDialect

SHIPPED = Path(jobdash.dialects.__file__).parent
HERE = Path(__file__).parent


class Prepared:
    """Answers requests one after the other, the last one for ever."""

    def __init__(self, *bodies: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.bodies = list(bodies)
        self.requests: list[Request] = []
        self.status, self.headers = status, headers or {}

    async def __call__(self, request: Request) -> Answer:
        self.requests.append(request)
        body = self.bodies.pop(0) if len(self.bodies) > 1 else self.bodies[0]
        return Answer(status=self.status, body=body, url=f"http://host{request.path}", headers=self.headers)

    @property
    def last(self) -> Request:
        return self.requests[-1]


def shipped(kind: str, options: DialectOptions | None = None) -> MappingDialect:
    """One of the mappings that come with jobdash, bound to a server called `s`."""
    return load_mapping(SHIPPED / f"{kind}.toml")("s", options)


def written(folder: Path, text: str, options: DialectOptions | None = None) -> MappingDialect:
    """A mapping written for one test."""
    path = folder / "kind.toml"
    path.write_text(text, "utf-8")
    return load_mapping(path)("s", options)
