"""The listening sockets, and the app that hands each connection to the face of its port."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

HOST = "127.0.0.1"


class PortTaken(OSError):
    """Somebody else listens there."""


def listen(names: Sequence[str], base_port: int | None) -> dict[str, socket.socket]:
    """One bound socket a name: `base_port` and the following, or free ports. PortTaken on the first clash."""
    sockets: dict[str, socket.socket] = {}
    for offset, name in enumerate(names):
        port = 0 if base_port is None else base_port + offset
        # asyncio turns Nagle's algorithm off only where the protocol is named: without it, 40 ms an answer
        opened = sockets[name] = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind((HOST, port))
            opened.listen(128)
        except OSError as error:
            for each in sockets.values():
                each.close()
            raise PortTaken(f"cannot listen on {HOST}:{port}: {error.strerror}") from error
    return sockets


def url(opened: socket.socket) -> str:
    """The base URL of a listening socket."""
    return f"http://{HOST}:{opened.getsockname()[1]}"


class ByPort:
    """One ASGI app made of several, chosen by the port a request came in on."""

    def __init__(self, apps: Mapping[int, ASGIApp]) -> None:
        self._apps = apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to its face."""
        await self._apps[scope["server"][1]](scope, receive, send)
