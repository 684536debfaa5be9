"""Reading jobs of a hostile server: what reaches the terminal, and what a cursor that only passes by costs."""

import asyncio
import re
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobdash.cli.wire import link_to
from jobdash.client.settings import ServerSettings
from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from jobdash.tui.app import JobdashApp
from jobdash.tui.screens.main import MainScreen
from tests.journeys.hostile import MAPPING, Hostile, serving
from tests.screen_text import shows
from tests.terminal import Terminal

PIECES = (
    *("\x1b[2J", "\x1b[?6666h", "\x1b[99q", "\x1b]0;EVIL\x07", "\x1b]52;c;RVZJTA==\x07", "\x1bP1$r0m\x1b\\"),
    *("\x1b]8;;http://evil\x1b\\", "\x1bc", "\x9b2J", "\x9d0;EVIL\x9c", "\x1b", "\x07", "\x08", "\x00", "\x7f"),
    *("\r", "\n", "\t", "\x0b", "\x0c", "\x0e", "\x85", "\u202e", "\u200b", "\ud800", "\x1b[31mred\x1b[0m"),
    *("[bold]", "10%\r20%"),
)
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), min_size=1, max_size=8).map("".join)
SEQUENCE = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][0-9;]*[^\x07\x1b]{0,40}(?:\x07|\x1b\\)|\x1b[=>78]|\x1bP[^\x1b]{0,40}\x1b\\"
)
MODES = rb"\x1b\[\?(?:25|1|7|47|1000|1002|1003|1004|1006|1015|1016|1049|2004|2026|2031|2048)(?:[hl]|;\d*\$y|\$p)"
TITLES = rb"\x1b\](?:0|2|22;0|10|11);?[^\x07\x1b]{0,40}(?:\x07|\x1b\\)"
OURS = re.compile(rb"\x1b\[[0-9;]*[mHKABCD]|" + MODES + rb"|\x1b\[[<>=?]?[0-9;]*[ucnt]|" + TITLES)
"""Every sequence that the screen itself may write; the hostile ones above are none of them."""


def evil(found: list[str], logs: list[str]) -> Hostile:
    one, two, three, four = found
    job = {"id": "evil-1", "status": "failed", "type": one, "worker": two, "step": three, "error": four, "progress": 40}
    job |= {"data": {one: two, "list": [three, four]}, "result": four * 3, "traceback": "\n".join(logs[:5])}
    return Hostile({"evil-1": job | {"logs": [{"message": text, "level": "info"} for text in logs] + logs}})


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.tuples(texts, texts, texts, texts).map(list), st.lists(texts, min_size=20, max_size=40))
def test_no_control_character_of_a_server_reaches_the_terminal(
    tmp_path: Path, found: list[str], logs: list[str]
) -> None:
    mapping = tmp_path / "hostile.toml"
    mapping.write_text(MAPPING)
    env = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "STATE", "CACHE")}
    command = (sys.executable, "-m", "jobdash")
    with (
        serving(evil(found, logs)) as server,
        Terminal((*command, server.url, "--dialect", str(mapping)), env=env) as terminal,
    ):
        terminal.wait_for("evil-1", 30)
        for key in ("l", "w", "]", "]", "]", "]", "]", "e", "\x1b", "\r", "]", "\x1b"):
            terminal.press(key)
            terminal.watch(0.3)
        assert "jobdash" in terminal.text
        written = bytes(terminal.written)
    for sequence in set(SEQUENCE.findall(written)):
        assert OURS.fullmatch(sequence), sequence
    rest = SEQUENCE.sub(b"", written).decode("utf-8")
    assert not {char for char in rest if char not in "\r\n\t" and (ord(char) < 32 or 127 <= ord(char) < 160)}
    assert "\u202e" not in rest and "\u200b" not in rest


async def test_a_cursor_held_down_reads_no_job_that_it_passes_over(tmp_path: Path) -> None:
    mapping = tmp_path / "hostile.toml"
    mapping.write_text(MAPPING)
    jobs = {f"job-{n:04}": {"id": f"job-{n:04}", "status": "completed", "type": "t"} for n in range(1100)}
    with serving(Hostile(jobs, delay=0.02)) as server:
        link = link_to(ServerSettings(name="s", url=server.url, dialect=str(mapping)))
        monitor = Monitor([Watched(link=link, limits=Limits(poll=60.0, rate=100, burst=100))])
        app = JobdashApp(monitor)
        async with app.run_test(size=(120, 40)) as pilot:
            await shows(pilot, "1,100 jobs")
            await asyncio.sleep(0.5)
            screen = app.screen
            assert isinstance(screen, MainScreen)
            await pilot.press("l", "escape")
            server.asked.clear()
            server.most_at_once = 0
            stops = 0
            for _ in range(1000):
                began = time.monotonic()
                screen.jobs.action_line_down()
                await asyncio.sleep(0.01)
                stops += time.monotonic() - began > 0.1
            await asyncio.sleep(1.0)
            assert screen.subject is not None
            passed_over = set(server.asked) - {screen.subject.id}
            assert screen.subject.id in server.asked
            # Where this machine itself stopped for so long that the cursor rested, it did rest.
            assert len(passed_over) <= stops, (passed_over, stops)
            assert server.most_at_once <= 1
