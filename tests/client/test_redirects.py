"""Redirects: followed a few times on the same server, and never with credentials to another one."""

import pytest

from jobdash.client.auth import Auth
from jobdash.client.dialect import Request
from jobdash.client.secret import Literal, Secret
from jobdash.model.errors import BadAnswer
from tests.client.conftest import Connect
from tests.client.scripted import Peer, Received, Script, always, answer, serving

KEY = Auth.header("X-API-Key", Literal(Secret("open-sesame")))


def redirecting(to: str, times: int = 10_000, status: str = "302 Found") -> Script:
    left = times

    async def script(request: Received, peer: Peer) -> None:
        nonlocal left
        left -= 1
        await peer.send(answer("{}", status, location=to) if left >= 0 else answer('{"there": true}'))

    return script


async def test_a_redirect_on_the_same_server_is_followed_with_credentials(connect: Connect) -> None:
    async with serving(redirecting("/new/place?x=%2F", 5)) as server:
        got = await connect(server.url, auth=KEY).ask(Request(path="/jobs"))
    assert got.body == {"there": True}
    assert server.targets == ["/jobs"] + ["/new/place?x=%2F"] * 5
    assert {request.headers["x-api-key"] for request in server.received} == {"open-sesame"}


async def test_redirects_without_end_have_one(connect: Connect) -> None:
    async with serving(redirecting("/jobs")) as server:
        with pytest.raises(BadAnswer, match="redirects without end"):
            await connect(server.url).ask(Request(path="/jobs"))
    assert len(server.received) == 6


async def test_another_host_is_never_asked(connect: Connect) -> None:
    async with (
        serving(always(answer())) as other,
        serving(redirecting(f"http://me:pw@127.0.0.1:{other.port}/x")) as server,
    ):
        with pytest.raises(BadAnswer, match=f"redirects to http://127.0.0.1:{other.port}/x, which is not followed"):
            await connect(server.url, auth=KEY).ask(Request(path="/jobs"))
        stream = connect(server.url, auth=KEY).listen(Request(path="/stream"), lambda event: pytest.fail("an event"))
        with pytest.raises(BadAnswer, match="not followed"):
            await anext(stream)
    assert other.connections == 0


@pytest.mark.parametrize("to", ["javascript:alert(1)", "http://[", "file:///etc/passwd", "//", "http://a:b/"])
async def test_a_redirect_to_nowhere_is_a_bad_answer(connect: Connect, to: str) -> None:
    async with serving(redirecting(to)) as server:
        with pytest.raises(BadAnswer):
            await connect(server.url).ask(Request(path="/jobs"))


@pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect"])
async def test_a_change_is_not_redirected(connect: Connect, status: str) -> None:
    async with serving(redirecting("/elsewhere", status=status)) as server:
        with pytest.raises(BadAnswer, match="followed for reading only") as error:
            await connect(server.url).ask(Request(path="/jobs/1", method="DELETE", changes=True))
    assert server.targets == ["/jobs/1"]
    assert error.value.status == int(status[:3])
