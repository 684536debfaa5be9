"""How Prefect's API is asked. A question is a POST there."""

from jobdash.client.dialect import Answer, Ask, Request
from jobdash.model.errors import ServerFault
from jobdash.model.job import Json

LIMIT = 200
"""The most that Prefect gives at once; asked for more it refuses."""


class Api:
    """The API below one path of a server."""

    def __init__(self, base: str | None) -> None:
        self._base = ("api" if base is None else base).strip("/")

    def path(self, path: str) -> str:
        return f"{self._base}/{path}".lstrip("/")

    async def find(self, ask: Ask, path: str, wish: Json) -> Answer:
        """A question. Under load Prefect answers 503 to one and not to the next."""
        request = Request(path=self.path(path), method="POST", json=wish, asks=True)
        try:
            return await ask(request)
        except ServerFault as error:
            if error.status != 503:
                raise
        return await ask(request)

    async def count(self, ask: Ask, path: str, wish: Json) -> int | None:
        """How many there are; None when that is not told."""
        body = (await self.find(ask, path, wish)).body
        return body if type(body) is int and 0 <= body < 2**53 else None
