"""Scripts for a server that gives prepared answers, where the demo cannot show what a test needs."""

import json
from collections.abc import Mapping

from tests.client.scripted import Peer, Received, Script, answer

Said = object
"""A JSON body for 200, or bytes that are sent as they are."""


def in_turn(*said: Said) -> Script:
    """Answers with one after the other, the last one for ever."""
    left = list(said)

    async def script(request: Received, peer: Peer) -> None:
        await peer.send(_bytes(left.pop(0) if len(left) > 1 else left[0]))

    return script


def by_path(routes: Mapping[str, Said]) -> Script:
    """Answers by the end of the path, 404 for all others."""

    async def script(request: Received, peer: Peer) -> None:
        path = request.target.partition("?")[0]
        found = next((said for end, said in routes.items() if path.endswith(end)), None)
        await peer.send(answer("{}", "404 Not Found") if found is None else _bytes(found))

    return script


def _bytes(said: Said) -> bytes:
    return said if isinstance(said, bytes) else answer(json.dumps(said))
