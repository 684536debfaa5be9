"""Listens for webhooks: a server that tells of a job by itself, instead of being asked.

Who may tell is decided here, what a delivery means is decided by whom it is handed to. Off until a person wants it;
the libraries that serve HTTP are loaded only then.
"""

import asyncio
import socket
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from jobdash.client.body import read_body
from jobdash.client.delivery import Refusal, check
from jobdash.client.secret import Secret, Source
from jobdash.model.errors import BadAnswer, ConfigError, JobdashError
from jobdash.model.job import Json

Receive = Callable[[Json, str | None], None]
"""Takes a delivery, and the name of a server where the path told one. Raises a JobdashError to refuse it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """Where to listen, and the secret that both sides share. Port 0 is any free one."""

    secret: Source
    host: str = "127.0.0.1"
    port: int = 8799
    path: str = "/webhook"


@dataclass(slots=True)
class Webhook:
    """One listener. `taken` and `refused` (by HTTP status) count deliveries; each kind of refusal is said once.

    `url` is where it listens, once it is `listening`.
    """

    settings: WebhookSettings
    receive: Receive
    say: Callable[[str], object]
    taken: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    url: str | None = None
    listening: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Listens until cancelled; when that is not possible, says why and ends."""
        try:
            secret = await self.settings.secret.read("webhook")
            opened = self._open()
        except (ConfigError, OSError) as error:
            why = str(error.strerror).partition(" (")[0] if isinstance(error, OSError) else error
            self.say(f"webhooks cannot be received at {self._place(self.settings.port)}: {why}")
            return
        from jobdash.client.listener import serve  # noqa: PLC0415 - starlette and uvicorn, only where they are wanted

        def take(body: bytes, headers: Mapping[str, str], server: str | None) -> None:
            self._take(secret, body, headers, server)

        with opened:
            self.url = f"http://{self._place(opened.getsockname()[1])}"
            self.listening.set()
            await serve(opened, self.settings.path, take, self._refuse)

    def _take(self, secret: Secret, body: bytes, headers: Mapping[str, str], server: str | None) -> None:
        """Raises Refusal."""
        check(secret, body, headers)
        try:
            self.receive(read_body(body, {"content-type": "application/json"}), server)
        except BadAnswer as error:
            raise Refusal(422, str(error)) from None
        except JobdashError as error:
            raise Refusal(404, str(error)) from None
        self.taken += 1

    def _refuse(self, refusal: Refusal) -> None:
        self.refused[refusal.status] += 1
        if self.refused[refusal.status] == 1:
            self.say(f"a webhook was refused: {refusal.words}")

    def _open(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.settings.host else socket.AF_INET
        return socket.create_server((self.settings.host, self.settings.port), family=family)

    def _place(self, port: int) -> str:
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        return f"{host}:{port}{self.settings.path}"
