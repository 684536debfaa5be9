"""Results: their bytes, going on where an earlier try ended, and no credentials for strangers."""

from pathlib import Path

import pytest

from jobdash.client.auth import Auth
from jobdash.client.connection import Connection
from jobdash.client.download import Download
from jobdash.client.secret import FromFile, Literal, Secret
from jobdash.model.errors import BadAnswer, NotFound, Rejected, ServerError, TimedOut, Unauthorised, Unreachable
from tests.client.conftest import QUICK, Connect
from tests.client.scripted import Peer, Received, Script, always, answer, hanging_up, serving

FILE = b"0123456789"


async def shelf(request: Received, peer: Peer) -> None:
    """A file server that can go on in the middle."""
    start = int(request.headers.get("range", "bytes=0-")[6:-1])
    if start >= len(FILE):
        await peer.send(answer("{}", "416 X", content_range=f"bytes */{len(FILE)}"))
    elif start and request.headers.get("if-range", '"v1"') == '"v1"':
        whole = f"bytes {start}-{len(FILE) - 1}/{len(FILE)}"
        await peer.send(answer(FILE[start:], "206 X", "image/png", content_range=whole, etag='"v1"'))
    else:
        name = 'attachment; filename="../x.png"'
        await peer.send(answer(FILE, kind="image/png", etag='"v1"', content_disposition=name))


async def all_of(download: Download) -> bytes:
    async with download:
        return b"".join([chunk async for chunk in download])


async def test_f6_a_result_is_fetched_from_a_relative_url(connect: Connect) -> None:
    async with serving(shelf) as server:
        download = connect(server.url + "/api").fetch("files/1.png")
        assert await all_of(download) == FILE
    assert server.targets == ["/api/files/1.png"]
    assert (download.total, download.start, download.etag, download.name) == (10, 0, '"v1"', "../x.png")
    assert download.content_type == "image/png"


async def test_a_download_goes_on_where_it_ended(connect: Connect) -> None:
    async with serving(shelf) as server:
        download = connect(server.url).fetch("/1", start=4, etag='"v1"')
        assert await all_of(download) == FILE[4:]
    assert (download.total, download.start) == (10, 4)


async def test_a_file_that_changed_meanwhile_begins_anew(connect: Connect) -> None:
    async with serving(shelf) as server:
        download = connect(server.url).fetch("/1", start=4, etag='"v0"')
        assert await all_of(download) == FILE
    assert (download.total, download.start) == (10, 0)


async def test_a_download_that_was_whole_already_has_nothing_to_add(connect: Connect) -> None:
    async with serving(shelf) as server:
        download = connect(server.url).fetch("/1", start=10)
        assert await all_of(download) == b""
        assert download.total == 10
        with pytest.raises(Rejected):
            await all_of(connect(server.url).fetch("/1", start=11))


@pytest.mark.parametrize(
    ("script", "kind", "words"),
    [
        (always(answer("{}", "410 Gone")), NotFound, r"Gone \(410\)"),
        (always(answer(FILE, "206 X", content_range="bytes 0-9/10")), BadAnswer, "another part of the file"),
        (hanging_up(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n01"), Unreachable, "in the middle of an answer"),
        (always(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n01"), TimedOut, r"no more bytes within 0\.3 s"),
    ],
)
async def test_a_download_that_fails_says_how(
    connect: Connect, script: Script, kind: type[ServerError], words: str
) -> None:
    async with serving(script) as server:
        with pytest.raises(ServerError, match=words) as error:
            await all_of(connect(server.url, timeouts=QUICK).fetch("/1", start=2))
    assert type(error.value) is kind


def keyed(connect: Connect, url: str) -> Connection:
    auth = Auth.header("X-API-Key", Literal(Secret("open-sesame")))
    return connect(url, auth=auth, headers={"X-Team": "night-shift"})


async def test_credentials_go_to_the_server_only(connect: Connect) -> None:
    async with serving(shelf) as other, serving(shelf) as server:
        connection = keyed(connect, server.url)
        assert await all_of(connection.fetch("/1")) == FILE
        assert await all_of(connection.fetch(f"http://user:pw@127.0.0.1:{other.port}/2")) == FILE
    assert server.received[0].headers["x-api-key"] == "open-sesame"
    assert not {"x-api-key", "x-team", "authorization"} & set(other.received[0].headers)


async def test_a_stranger_that_refuses_causes_no_reading_of_the_secret(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("open-sesame")
    path.chmod(0o600)
    async with serving(always(answer("{}", "401 X"))) as other:
        connection = connect("localhost:1", auth=Auth.bearer(FromFile(path)))
        with pytest.raises(Unauthorised):
            await all_of(connection.fetch(f"{other.url}/2"))
    assert len(other.received) == 1
    with pytest.raises(Unreachable, match=f"refused by 127.0.0.1:{other.port}"):
        await all_of(connection.fetch(f"{other.url}/2"))


async def test_a_redirected_download_leaves_the_credentials_behind(connect: Connect) -> None:
    async def moved(request: Received, peer: Peer) -> None:
        await peer.send(answer("", "302 X", location=f"http://127.0.0.1:{other.port}/2"))

    async with serving(shelf) as other, serving(moved) as server:
        assert await all_of(keyed(connect, server.url).fetch("/1")) == FILE
    assert server.received[0].headers["x-api-key"] == "open-sesame"
    assert "x-api-key" not in other.received[0].headers


async def test_a_result_that_is_no_web_address_is_refused(connect: Connect) -> None:
    with pytest.raises(BadAnswer):
        connect("http://h").fetch("file:///etc/passwd")
