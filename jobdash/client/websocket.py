"""An open WebSocket as a stream: connects, says what the dialect wants said, and hands over what each message means.

It never reconnects: when to do so is the engine's business. The library is optional and loaded when it is needed.
"""

import asyncio
import importlib.util
import json
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Self

import httpx

from jobdash.client.call import Refused
from jobdash.client.dialect import StreamEvent, WebSocket
from jobdash.client.errors import border
from jobdash.client.sentence import one_line
from jobdash.client.settings import ServerSettings
from jobdash.client.tls import context_for
from jobdash.client.wire import AGENT, Wire
from jobdash.model.errors import BadAnswer, NotSupported, ServerError, Unauthorised, Unreachable
from jobdash.model.report import BadEvent, Heard

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

MISSING = "the websockets library is not installed (pip install 'jobdash[prefect]')"
LARGEST = 8 * 1024 * 1024
"""Bytes of one message; more is no news of one job."""

CLOSE_WITHIN = 1.0
"""Seconds for a goodbye."""

Read = Callable[[StreamEvent], Heard]
"""What a message means."""


class SocketStream:
    """The `Stream` of the dialect contract over a WebSocket; it has no cursor. Raises NotSupported without the library.

    A server that does not answer a ping within the `silence` of the settings is taken for gone.
    """

    last_id = ""
    retry: float | None = None

    def __init__(
        self, wire: Wire, url: str, socket: WebSocket, read: Read, *, refused: Refused, settings: ServerSettings
    ) -> None:
        self._wire = wire
        self._url = "ws" + url.removeprefix("http")
        self._socket = socket
        self._read = read
        self._refused = refused
        self._settings = settings
        self._open: ClientConnection | None = None
        self._over = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Heard:
        if self._over:
            raise StopAsyncIteration
        try:
            text = await self._next()
        except ServerError as error:
            await self.aclose()
            raise self._wire.credentials.masked(error) from None
        if text is None:
            await self.aclose()
            raise StopAsyncIteration
        return self._heard(text)

    def at_once(self) -> Heard | None:
        """Never anything: each message is waited for."""
        return None

    async def aclose(self) -> None:
        """Closes the socket; an iteration that waits at this moment just ends."""
        self._over = True
        if self._open is not None:
            await self._say_goodbye(self._open)

    async def _say_goodbye(self, to: "ClientConnection") -> None:
        """Closes the socket; whoever is cancelled meanwhile leaves none behind."""
        try:
            await to.close()
        except asyncio.CancelledError:
            to.transport.abort()
            raise

    def _heard(self, text: str | bytes) -> Heard:
        try:
            return self._read(StreamEvent(data=text if isinstance(text, str) else text.decode()))
        except Exception as error:  # noqa: BLE001 - a dialect may be a stranger's; its fault costs one event
            return BadEvent(one_line(f"{type(error).__name__}: {error}", 200))

    async def _next(self) -> str | bytes | None:
        """The next message, None when the server said goodbye or this side has."""
        if importlib.util.find_spec("websockets") is None:
            raise NotSupported(MISSING)
        from websockets.exceptions import ConnectionClosed, ConnectionClosedOK  # noqa: PLC0415 - optional

        try:
            if self._open is None:
                await self._connect()
            return None if self._open is None else await self._open.recv()
        except ConnectionClosedOK:
            return None
        except ConnectionClosed as error:
            if self._over:
                return None
            if error.rcvd is None:
                raise Unreachable("closed the connection in the middle of a stream") from None
            why = one_line(error.rcvd.reason, 120) or "without a word"
            raise BadAnswer(f"closed the event stream: {why} ({error.rcvd.code})") from None

    async def _connect(self) -> None:
        from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException  # noqa: PLC0415 - optional

        patience, credentials = self._settings.timeouts, self._wire.credentials
        secret = await credentials.current()
        headers = [*self._wire.extra, *credentials.carry(secret)]
        self._wire.sent += 1
        try:
            with border(self._wire.base.origin.partition("://")[2], f"no event stream within {patience.read:g} s"):
                self._open = await self._handshake([(name.decode(), value.decode()) for name, value in headers])
        except InvalidStatus as error:
            told = {name.lower(): value for name, value in error.response.headers.raw_items()}
            refused = self._refused(error.response.status_code, told, None)
            if isinstance(refused, Unauthorised):  # a proxy may let requests through and no sockets
                raise BadAnswer(f"no WebSocket here: {refused}") from None
            raise refused from None
        except (WebSocketException, ImportError) as error:
            raise BadAnswer(f"no WebSocket here: {one_line(str(error), 120)}") from None
        with suppress(ConnectionClosed):  # what it said before, and why it closed, is read like any message
            await self._say(self._open, credentials.token(secret))
        if self._over:
            await self._say_goodbye(self._open)

    async def _say(self, to: "ClientConnection", token: str | None) -> None:
        for number, message in enumerate(self._socket.says):
            own = {self._socket.token: token} if self._socket.token and number == 0 else {}
            await to.send(json.dumps({**message, **own}, separators=(",", ":")))

    async def _handshake(self, headers: list[tuple[str, str]]) -> "ClientConnection":
        from websockets.asyncio.client import connect  # noqa: PLC0415 - optional
        from websockets.typing import Subprotocol  # noqa: PLC0415 - optional

        class Direct(connect):
            """Goes where the person said and nowhere else: no other host is told a secret."""

            def process_redirect(self, exc: Exception) -> Exception | str:
                return exc

        patience, subprotocol = self._settings.timeouts, self._socket.subprotocol
        try:
            return await Direct(
                self._url,
                subprotocols=[Subprotocol(subprotocol)] if subprotocol else None,
                additional_headers=headers,
                user_agent_header=AGENT.decode(),
                open_timeout=patience.read,
                ping_interval=patience.silence / 2,
                ping_timeout=patience.silence / 2,
                close_timeout=CLOSE_WITHIN,
                max_size=min(LARGEST, self._settings.largest),
                ssl=context_for(self._settings.tls) if self._url.startswith("wss:") else None,
            )
        except TimeoutError:
            raise
        except OSError as error:
            raise httpx.ConnectError(str(error)) from error  # which the border knows to tell apart
