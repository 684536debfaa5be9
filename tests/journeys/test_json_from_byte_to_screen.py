"""JSON that no decoder of ours may bend, from the bytes of an HTTP answer to the cells of the screen."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from textual.pilot import Pilot

from jobdash.cli.wire import link_to
from jobdash.client.settings import ServerSettings
from jobdash.engine.monitor import Monitor, Watched
from jobdash.tui.app import JobdashApp
from tests.journeys.hostile import MAPPING
from tests.screen_text import shows

DEEP = "[" * 500 + '"bottom"' + "]" * 500
ODD = '{"z": 1, "a": 9007199254740993, "m": NaN, "inf": -Infinity, "big": 1e999, "z": 2, '
ODD += f'"precise": 123456789012345678901234567890, "deep": {DEEP}}}'
JOB = '{"id": "1", "status": "failed", "type": "t", "error": %s, "progress": NaN, "data": %s, "attempts": %s}'
WITH_ATTEMPTS = MAPPING.replace("[detail]", "[detail]\nattempts = { at = 'attempts' }")


@contextmanager
def answering(job: str) -> Iterator[str]:
    """A server that sends these bytes for its only job."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = (f'{{"jobs": [{job}]}}' if self.path == "/jobs" else job).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = Thread(target=http.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}"
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


@asynccontextmanager
async def reading(
    tmp_path: Path, error: str = '"e"', data: str = "{}", attempts: str = "[]"
) -> AsyncIterator[Pilot[None]]:
    mapping = tmp_path / "odd.toml"
    mapping.write_text(WITH_ATTEMPTS)
    with answering(JOB % (error, data, attempts)) as url:
        link = link_to(ServerSettings(name="s", url=url, dialect=str(mapping)))
        async with JobdashApp(Monitor([Watched(link=link)])).run_test(size=(120, 40)) as pilot:
            await shows(pilot, "✖ failed")
            await pilot.press("enter")
            yield pilot


async def test_values_keys_and_their_order_arrive_exactly(tmp_path: Path) -> None:
    async with reading(tmp_path, data=ODD) as pilot:
        await pilot.press("right_square_bracket", "right_square_bracket")
        text = await shows(pilot, "9007199254740993", "123456789012345678901234567890", "NaN", "-Infinity", "1e999")
        rows = [line.strip().lstrip("▾▸ ") for line in text.splitlines()]
        names = ("z (1 of 2) ", "a ", "m ", "inf ", "big ", "z  2", "precise ", "deep ")
        places = [next(place for place, row in enumerate(rows) if row.startswith(name)) for name in names]
        assert places == sorted(places)
        await pilot.press("slash", *"bottom", "enter")
        await shows(pilot, "1 of 1", "bottom", "500")


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        ('{"message": "no wind", "code": 7}', "no wind"),
        ('{"odd": [1, null]}', '{"odd": [1, null]}'),
        ('["first", {"msg": "second"}]', "first; second"),
        ('"<!DOCTYPE html><html><title>502 Bad Gateway</title><body>x</body></html>"', "502 Bad Gateway"),
        (f'"{"endless " * 650_000}"', "endless endless"),
        ("true", "✖ failed"),
        ('""', "✖ failed"),
    ],
)
async def test_an_error_of_any_shape_is_told(tmp_path: Path, error: str, shown: str) -> None:
    async with reading(tmp_path, error=error) as pilot:
        await shows(pilot, shown)
        await pilot.press("escape", "e")
        await shows(pilot, "1 failure, 1 cause")


async def test_attempts_are_told_as_the_server_has_them(tmp_path: Path) -> None:
    stack = 'Traceback (most recent call last):\\n  File \\"/srv/a.py\\", line 3, in go\\nKeyError: 1'
    last = f'{{"traceback": "{stack}", "status": "failed"}}'
    tries = f'[{{"n": 1, "error": "no wind", "worker": "w1"}}, "no sail", 7, {last}]'
    async with reading(tmp_path, attempts=tries) as pilot:
        await pilot.press(*["right_square_bracket"] * 4)
        text = await shows(pilot, "as s tells", "w1", "no wind", "no sail", "traceback of attempt 4", "KeyError")
        assert "seen from here" not in text and "what attempts 2 and 4 differ in" in text
