"""Results into a folder: safe names, nothing overwritten, on from where a try ended, and each told as it goes on."""

import asyncio
from pathlib import Path

import pytest

from jobdash.cli.wire import link_to
from jobdash.client.link_contract import Link
from jobdash.client.settings import ServerSettings
from jobdash.engine.download import Folder, InTheWay, safe_name
from jobdash.model.errors import ConfigError, NotFound, Unreachable
from tests.client.scripted import Peer, Received, answer, serving

FILE = b"0123456789" * 10


def link(url: str) -> Link:
    return link_to(ServerSettings(name="one", url=url, dialect="filelens"))


def names_in(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


async def fetched(url: str, folder: Folder, path: str = "/files/a.png") -> Path:
    made = link(url)
    try:
        return (await folder.save(made.fetch, path, "job-1")).path
    finally:
        await made.aclose()


async def whole(request: Received, peer: Peer) -> None:
    await peer.send(answer(FILE, kind="image/png", etag='"v1"'))


@pytest.mark.parametrize(
    ("proposed", "url", "name"),
    [
        (None, "/files/page-001.png", "page-001.png"),
        ("report.pdf", "/x", "report.pdf"),
        ("../../.ssh/authorized_keys", "/x", "authorized_keys"),
        ("..\\..\\boot.ini", "/x", "boot.ini"),
        (".bashrc", "/x", "bashrc"),
        ("a\x00b\x1b[2J\n.png", "/x", "a_b__2J_.png"),
        ("-rf", "/x", "rf"),
        ("con.txt", "/x", "_con.txt"),
        ("", "/files/..%2f..%2fpasswd", "passwd"),
        ("x" * 400 + ".png", "/x", "x" * 116 + ".png"),
        ("/", "https://host/", "job-1"),
        ("..", "/..", "job-1"),
    ],
)
def test_f6_a_name_is_only_ever_a_name(proposed: str | None, url: str, name: str) -> None:
    assert safe_name(proposed, url, "job-1") == name


async def test_f6_a_file_that_is_there_stays_unless_it_may_go(tmp_path: Path) -> None:
    mine = tmp_path / "a.png"
    mine.write_text("mine")
    async with serving(whole) as server:
        with pytest.raises(InTheWay, match=r"a\.png is there already"):
            await fetched(server.url, Folder(tmp_path))
        assert mine.read_text() == "mine"
        assert await fetched(server.url, Folder(tmp_path, force=True)) == mine
    assert mine.read_bytes() == FILE
    assert names_in(tmp_path) == ["a.png"]


async def test_f6_a_link_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "in"
    folder.mkdir()
    (folder / "a.png").symlink_to(outside)
    async with serving(whole) as server:
        with pytest.raises(InTheWay):
            await fetched(server.url, Folder(folder))
    assert not outside.exists()


async def test_f6_a_broken_download_goes_on_where_it_ended_and_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []

    async def breaking(request: Received, peer: Peer) -> None:
        start = int(request.headers.get("range", "bytes=0-")[6:-1])
        if not start:
            head = b'HTTP/1.1 200 OK\r\ncontent-length: 100\r\netag: "v1"\r\n\r\n'
            await peer.send(head + FILE[:40])
            await asyncio.sleep(0.05)
            peer.cut()
            return
        assert request.headers["if-range"] == '"v1"'
        rest = f"bytes {start}-99/100"
        await peer.send(answer(FILE[start:], "206 X", "image/png", content_range=rest, etag='"v1"'))

    async with serving(breaking) as server:
        folder = Folder(tmp_path, progress=lambda name, done, total: told.append((name, done, total)))
        path = await fetched(server.url, folder)
    assert path.read_bytes() == FILE
    assert told[0] == ("a.png", 40, 100)
    assert told[-1] == ("a.png", 100, 100)
    assert names_in(tmp_path) == ["a.png"]


async def test_f6_two_results_of_one_name_are_two_files(tmp_path: Path) -> None:
    async with serving(whole) as server:
        folder = Folder(tmp_path)
        paths = [await fetched(server.url, folder, f"/{number}/a.png") for number in (1, 2)]
    assert [path.name for path in paths] == ["a.png", "a-2.png"]


@pytest.mark.parametrize("status", ["404 X", "410 Gone"])
async def test_f6_what_is_gone_is_called_gone_without_its_query(tmp_path: Path, status: str) -> None:
    async def gone(request: Received, peer: Peer) -> None:
        await peer.send(answer("{}", status))

    async with serving(gone) as server:
        with pytest.raises(NotFound, match="the result is gone") as error:
            await fetched(server.url, Folder(tmp_path), "/files/a.png?token=open-sesame")
    assert "open-sesame" not in str(error.value)
    assert names_in(tmp_path) == []


async def test_f6_a_server_that_stays_away_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        await fetched("http://127.0.0.1:9", Folder(tmp_path))


def test_f6_a_folder_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be used as a folder"):
        Folder(tmp_path / "file" / "deep").make()
