"""The HTTP server behind webhooks, on one socket. Loads starlette and uvicorn; never prints, never takes a signal."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Iterator, Mapping

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from jobdash.client.delivery import LARGEST, PATIENCE, Refusal

MOST_AT_ONCE = 50

Take = Callable[[bytes, Mapping[str, str], str | None], None]
"""Takes a body, its headers in lower case, and the last part of the path. Raises Refusal."""


class Server(uvicorn.Server):
    """Leaves the signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(opened: socket.socket, path: str, take: Take, refused: Callable[[Refusal], object]) -> None:
    """Serves until cancelled; then every connection is closed. `refused` is told of every refusal."""
    # Without a handler of its own, what uvicorn logs would be written over the screen.
    logging.getLogger("uvicorn").addHandler(logging.NullHandler())
    server = Server(
        uvicorn.Config(
            application(path, take, refused),
            lifespan="off",
            log_config=None,
            access_log=False,
            ws="none",
            server_header=False,
            limit_concurrency=MOST_AT_ONCE,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=1,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[opened]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await serving


def application(path: str, take: Take, refused: Callable[[Refusal], object]) -> Starlette:
    """`POST path` and `POST path/SERVER`."""

    async def delivered(request: Request) -> Response:
        try:
            async with asyncio.timeout(PATIENCE):
                body = await body_of(request)
            take(body, dict(request.headers), request.path_params.get("server"))
        except Refusal as refusal:
            return refusing(refusal)
        except (TimeoutError, ClientDisconnect):
            return refusing(Refusal(408, f"it did not arrive whole within {PATIENCE:g} s"))
        return Response(status_code=204)

    def refusing(refusal: Refusal) -> Response:
        refused(refusal)
        return JSONResponse({"error": refusal.words}, refusal.status)

    base = path.rstrip("/")
    return Starlette(
        routes=[
            Route(base or "/", delivered, methods=["POST"]),
            Route(f"{base}/{{server}}", delivered, methods=["POST"]),
        ]
    )


async def body_of(request: Request) -> bytes:
    """The whole body. Raises Refusal when it has more than LARGEST bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise Refusal(413, f"it has more than {LARGEST // 1024} KB")
    return bytes(body)
