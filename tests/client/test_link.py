"""A link: one server as the engine sees it."""

import pytest

from jobdash.client.dialect import Dialect, Request, StreamEvent
from jobdash.client.link import ServerLink
from jobdash.client.link_contract import Link
from jobdash.client.settings import ServerSettings, Tls
from jobdash.model.errors import Rejected
from jobdash.model.report import Heard, StreamError
from tests.client.scripted import Peer, Received, answer, serving, streaming


class Talking(Dialect):
    title = "Talking"

    def read_event(self, event: StreamEvent, id: str | None) -> Heard:
        return StreamError(f"{id}: {event.data}")

    def error_message(self, status: int, body: object) -> str | None:
        return f"{self.server} says {body}"


async def test_a_link_is_a_dialect_and_a_connection_together() -> None:
    async def script(request: Received, peer: Peer) -> None:
        match request.target:
            case "/stream":
                await streaming(b"data: a\n\n")(request, peer)
            case "/file":
                await peer.send(answer(b"bytes"))
            case _:
                await peer.send(answer("1", "409 X"))

    async with serving(script) as server:
        settings = ServerSettings(name="docs", url=server.url.replace("//", "//me:secret22@"), tls=Tls(verify=False))
        made = ServerLink(settings, "talking", Talking("docs"))
        link: Link = made
        with pytest.raises(Rejected, match=r"docs says 1 \(409\)"):
            await link.ask(Request(path="/jobs"))
        assert [heard async for heard in link.listen(Request(path="/stream"), "7")] == [StreamError("7: a")]
        async with made.fetch("/file") as download:
            assert [chunk async for chunk in download] == [b"bytes"]
        await link.aclose()
    assert (link.name, link.kind, link.url, link.dialect.title) == ("docs", "talking", server.url, "Talking")
    assert (made.sent, made.insecure) == (3, True)
