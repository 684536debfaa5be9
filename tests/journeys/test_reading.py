"""Reading jobs of a hostile server: what reaches the terminal, and what a cursor that only passes by costs."""

import asyncio
import itertools
import re
import sys
import time
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from string import ascii_lowercase

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from jobdash.cli.wire import link_to
from jobdash.client.settings import ServerSettings
from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from jobdash.engine.settling import SETTLE
from jobdash.tui.app import JobdashApp
from jobdash.tui.screens.main import MainScreen
from tests.faults.conftest import until
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

LOOKS = (
    *(("]", "{} ends"), ("]", "{} data"), ("]", "{} result"), ("]", "attempts.*{} fell"), ("]", "status  failed.*{}")),
    *(("]", "server +:.*details read"), ("enter", "{} fell.*esc back"), ("esc", "STATE +JOB")),
    *(("e", "cause.*{}"), ("esc", "STATE +JOB")),
)
"""Keys, and what is seen after each: all tabs of a job, a job in full, and failures."""


def evil(server: Hostile, mark: str, found: Sequence[str], logs: Sequence[str]) -> None:
    """The server tells these texts from now on, each after `mark`, wherever text can be told."""
    one, two, three, four = (mark + text for text in found)
    job = {"id": "evil-1", "status": "failed", "type": one, "worker": two, "step": three, "error": four, "progress": 40}
    job |= {"data": {"at": f"{mark} data", one: two, "list": [three, four]}, "result": f"{mark} result {four * 3}"}
    job |= {"traceback": "\n".join([f"{mark} fell", *logs[:5]])}
    job |= {"logs": [{"message": text, "level": text} for text in logs] + [*logs, f"{mark} ends"]}
    server.jobs = {"evil-1": job, "2": {**job, "id": "2" + two, "status": three, "error": {one: [four]}}}


def acting(written: bytes) -> set[bytes | str]:
    """What was written that a terminal would obey, but for our own sequences, line feeds and tabs."""
    rest = SEQUENCE.sub(b"", written).decode("utf-8")
    hidden = {char for char in rest if char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")}
    return hidden | {sequence for sequence in SEQUENCE.findall(written) if not OURS.fullmatch(sequence)}


def test_no_control_character_of_a_server_reaches_the_terminal(tmp_path: Path) -> None:
    mapping = tmp_path / "hostile.toml"
    mapping.write_text(MAPPING.replace('"5s"', '"1s"'))
    env = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "STATE", "CACHE")}
    marks = ("m" + "".join(letters) for letters in itertools.product(ascii_lowercase, repeat=3))
    with (
        serving(Hostile({"evil-1": {"id": "evil-1", "status": "failed"}})) as server,
        Terminal((sys.executable, "-m", "jobdash", server.url, "--dialect", str(mapping)), env=env, exact=True) as seen,
    ):
        seen.wait_for("evil-1", 30)

        @settings(max_examples=6, deadline=None, phases=(Phase.explicit, Phase.generate))
        @given(st.tuples(texts, texts, texts, texts), st.lists(texts, min_size=20, max_size=40))
        @example(("type \ud800",) * 4, ["\ud800"])
        @example(("a\rb", "\r", "x\r\r\ny\r\n", "\rboo\r"), ["10%\r20%", "\r\n", "a\r", "\x1b[31m\rred\x1b[0m"])
        def told(found: Sequence[str], logs: Sequence[str]) -> None:
            mark = next(marks)
            evil(server, mark, found, logs)
            seen.press("r")
            seen.wait_for(f"failed +evil-1 +{mark}", 10)
            for key, sight in LOOKS:
                seen.press(key)
                seen.wait_for(f"(?s){sight.format(mark)}", 10)
            whole = seen.written.rfind(b"\x1b")  # what was read last may end within a sequence
            assert not acting(bytes(seen.written[:whole]))
            del seen.written[:whole]

        told()
        seen.press("q")
        seen.exit_code(10)
        assert not acting(bytes(seen.written))


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
            await until(lambda: bool(server.asked) and not server.open, "the first job to be read")
            screen = app.screen
            assert isinstance(screen, MainScreen)
            await pilot.press("l", "escape")
            server.asked.clear()
            server.most_at_once = 0
            stops, before = 0, 0.0
            for _ in range(1000):
                began = time.monotonic()
                screen.jobs.action_line_down()
                await asyncio.sleep(0.01)  # the key repeats, faster than on any keyboard
                took = time.monotonic() - began
                stops += took + before > SETTLE  # from the beginning of one key's turn to the end of the next one's
                before = took
            last = screen.subject
            assert last is not None
            await until(lambda: last.id in server.asked, "the last job to be read")
            passed_over = set(server.asked) - {last.id}
            # Where this machine itself stopped for so long that the cursor rested, it did rest.
            assert len(passed_over) <= stops, (passed_over, stops)
            assert server.most_at_once <= 1
