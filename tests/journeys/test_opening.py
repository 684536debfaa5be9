"""A result is opened: fetched over HTTP, shown for what it is, said plainly when it is gone, ended by esc."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path

import pytest
from textual.pilot import Pilot

from jobdash.cli.wire import link_to
from jobdash.client.auth import Auth
from jobdash.client.secret import Literal, Secret
from jobdash.client.settings import ServerSettings
from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from jobdash.tui.app import JobdashApp
from tests.client.scripted import Peer, Received, Script, Server, answer, serving
from tests.hanging_up import hung_up
from tests.screen_text import hides, shows

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20_000)


def files(*urls: str, **served: bytes | Script) -> Script:
    """A FileLens server with one completed job `j`, whose results are `urls`; `served` by their first word."""
    status = json.dumps({"job_id": "j", "status": "completed", "message": "done", "result_urls": list(urls)})

    async def script(request: Received, peer: Peer) -> None:
        name = request.target.rpartition("/")[2].partition(".")[0].partition("?")[0]
        said = served.get(name, answer(status) if "/preview/status/" in request.target else answer("{}", "404 X"))
        await (peer.send(said) if isinstance(said, bytes) else said(request, peer))

    return script


@asynccontextmanager
async def opened(
    script: Script, *keys: str, auth: Auth | None = None, dialect: str = "filelens"
) -> AsyncIterator[tuple[Pilot[None], Server]]:
    """The screen on such a server, with the job opened in full and these keys pressed."""
    async with serving(script) as server:
        link = link_to(ServerSettings(name="files", url=server.url, dialect=dialect, auth=auth))
        monitor = Monitor([Watched(link=link, jobs=("j",), limits=Limits(poll=0.2))])
        async with hung_up(), JobdashApp(monitor).run_test(size=(120, 40), notifications=True) as pilot:
            await shows(pilot, "✔ completed", "results")
            await pilot.press("enter", *keys)
            yield pilot, server


async def test_f6_json_opens_as_a_tree_from_a_relative_address() -> None:
    body = json.dumps({"pages": [{"no": 12345678901234567890, "password": "swordfish"}], "title": "A4"})
    async with opened(files("/files/a.json?token=hunter2", a=answer(body)), "enter") as (pilot, server):
        text = await shows(pilot, "a.json", "JSON", "12345678901234567890", "title  A4", "made")
        assert "/files/a.json?token=hunter2" in server.targets
        assert "hunter2" not in text
        assert "swordfish" not in text
        await pilot.press("enter")
        await hides(pilot, "12345678901234567890")
        await pilot.press("escape")
        await shows(pilot, "Overview", "results")


async def test_f6_one_of_several_is_chosen_on_the_result_tab_or_by_name() -> None:
    script = files("/files/a.csv", "/files/b.md", a=answer("id,size\r\n1,20\r\n", kind="text/csv"), b=answer("# Title"))
    async with opened(script, "enter") as (pilot, _):
        await shows(pilot, "Open a result", "/files/a.csv", "/files/b.md")
        await pilot.press("down", "enter")
        await shows(pilot, "b.md", "Markdown", "# Title")
        await pilot.press("escape", "right_square_bracket", "right_square_bracket", "right_square_bracket")
        await shows(pilot, "0  /files/a.csv")
        await pilot.press("enter")
        await shows(pilot, "CSV", "id,size", "1,20", "2 lines")


async def test_f6_a_binary_is_named_and_d_downloads_it(tmp_path: Path) -> None:
    async with opened(files("/files/a.png", a=answer(PNG, kind="image/png")), "enter") as (pilot, _):
        await shows(pilot, "This is a PNG image, 20.0 kB", "d downloads it")
        await pilot.press("d")
        await shows(pilot, "Download 1 result of")
        await pilot.press("end", "ctrl+u", *str(tmp_path / "x"), "enter", "enter")
        await shows(pilot, "1 of 1 results is in")
        assert (tmp_path / "x" / "a.png").read_bytes() == PNG


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone"])
async def test_f6_what_is_gone_is_said_to_be_gone(status: str) -> None:
    async with opened(files("/files/a.json", a=answer("{}", status)), "enter") as (pilot, _):
        await shows(pilot, "the result is gone", "servers keep results for a while only", "esc back")
        await pilot.press("escape")
        await shows(pilot, "Overview")


async def test_f6_what_was_kept_long_enough_is_said_to_have_expired(tmp_path: Path) -> None:
    own = resources.files("jobdash.dialects").joinpath("filelens.toml").read_text()
    mapping = tmp_path / "files.toml"
    mapping.write_text(own.replace("[results]", '[results]\nretention = "200ms"'))
    gone = answer("{}", "404 Not Found")
    async with opened(files("/files/a.json", a=gone), dialect=str(mapping)) as (pilot, _):
        await shows(pilot, "kept for 0.2s")
        await pilot.press("enter")
        text = await shows(pilot, "the result is gone", "expired: made", "kept for 0.2s")
        assert "servers keep results for a while" not in text


async def test_f6_at_the_end_of_a_text_nothing_is_followed() -> None:
    long = "".join(f"line {number}\n" for number in range(200))
    async with opened(files("/files/a.log", a=answer(long, kind="text/plain")), "enter") as (pilot, _):
        await shows(pilot, "line 0", "below", "200 lines")
        await pilot.press("G")
        text = await shows(pilot, "line 199", "end  200 lines")
        assert "following" not in text
        await pilot.press("k")
        await shows(pilot, "1 below  200 lines")


async def test_f6_a_redirect_to_another_host_carries_no_credentials() -> None:
    elsewhere = files(a=answer("from elsewhere", kind="text/plain"))
    key = Auth.header("X-API-Key", Literal(Secret("open-sesame")))
    async with serving(elsewhere) as other:
        moved = answer("", "302 Found", location=f"{other.url}/files/a.txt")
        async with opened(files("/files/go.txt", go=moved), "enter", auth=key) as (pilot, server):
            await shows(pilot, "from elsewhere")
            asked = next(request for request in server.received if request.target == "/files/go.txt")
            assert asked.headers["x-api-key"] == "open-sesame"
            assert other.received
            assert "x-api-key" not in other.received[0].headers


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        (b"<html>no</html>", "application/json", ("called JSON, but it is not", "<html>no</html>")),
        (b'{"real": 1}', "image/png", ("JSON", "real")),
        (b"plain words", "image/png", ("its server calls it image/png", "plain words")),
        (bytes(300), "text/plain", ("This is data that is no text, 300 bytes", "its server calls it text/plain")),
        ("häuser".encode("latin-1"), "text/plain; charset=latin-1", ("häuser",)),
        (b"", "application/json", ("0 bytes", "it is empty")),
        (b"safe \x1b]0;evil\x07 \x1b[2Jtext", "text/plain", ("safe", "text")),
        (b"[" * 100_000, "application/json", ("called JSON, but it is not",)),
    ],
)
async def test_f6_it_is_taken_for_what_its_bytes_are(body: bytes, kind: str, told: tuple[str, ...]) -> None:
    async with opened(files("/files/a", a=answer(body, kind=kind)), "enter") as (pilot, _):
        text = await shows(pilot, *told)
        assert "\x1b" not in text


async def test_f6_ten_megabytes_open_and_more_is_cut_and_said() -> None:
    line = b"0123456789" * 10 + b"\n"
    ten, more = line * 99_000, line * 150_000
    script = files(
        "/files/ten.log", "/files/more.log", ten=answer(ten, kind="text/plain"), more=answer(more, kind="text/plain")
    )
    async with opened(script, "enter", "enter") as (pilot, _):
        await shows(pilot, "ten.log", "10.0 MB", "99,000 lines")
        await pilot.press("escape", "enter", "down", "enter")
        await shows(pilot, "more.log", "15.2 MB", "only its first 103,820 lines: d downloads all of it")


async def test_f6_a_download_under_way_has_a_bar(tmp_path: Path) -> None:
    go_on = asyncio.Event()

    async def slow(request: Received, peer: Peer) -> None:
        await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\ncontent-type: text/plain\r\n\r\n" + "x" * 40)
        await go_on.wait()
        await peer.send("x" * 60)

    async with opened(files("/files/a.txt", a=slow), "d") as (pilot, _):
        await shows(pilot, "Download 1 result of")
        await pilot.press("end", "ctrl+u", *str(tmp_path / "x"), "enter", "enter")
        await shows(pilot, "download  ━━━━━━━━", " 40%", "/files/a.txt")
        go_on.set()
        await shows(pilot, "1 of 1 results is in", "saved")


async def test_f6_esc_ends_a_transfer_that_hangs() -> None:
    left = asyncio.Event()

    async def stuck(request: Received, peer: Peer) -> None:
        await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\ncontent-type: text/plain\r\n\r\nbeginning")
        await peer.closed()
        left.set()

    async with opened(files("/files/a.txt", a=stuck), "enter") as (pilot, _):
        await shows(pilot, "reading … 9 bytes of 100.0 kB, esc ends it")
        await pilot.press("escape")
        await asyncio.wait_for(left.wait(), 10)
        await shows(pilot, "Overview")
