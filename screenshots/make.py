"""Makes the pictures of README from the running app on the demo: `python screenshots/make.py`."""

import asyncio
import re
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from jobdash.cli.demo import NAMES, watched  # noqa: E402 - the checkout's own package, wherever this is run
from jobdash.engine.monitor import Companion, Monitor  # noqa: E402
from jobdash.tui.app import JobdashApp  # noqa: E402
from tests.demo_process import DemoProcess  # noqa: E402
from tests.screen_text import shows  # noqa: E402

BUSY = ("--jobs", "9", "--pace", "1")
SIZES = {"120x40": (120, 40), "80x24": (80, 24)}
WELL_KNOWN = 75.0
"""Seconds after which the health of servers has a past to show; everything else is pictured soon."""

KEYS = {
    "main": (),
    "detail": ("enter",),
    "confirm": ("slash", *"state:failed server:docs", "enter", "R"),
    "failures": ("e",),
    "health": ("h", "left_square_bracket"),
    "help": ("question_mark",),
}


async def picture(name: str, size: str, keys: tuple[str, ...]) -> None:
    """One picture, when the first job has failed and the screen has it."""
    with DemoProcess(arguments=BUSY) as demo:
        servers = [watched(face, demo.urls[face], demo.keys.get(face)) for face in NAMES]
        app = JobdashApp(Monitor(servers, companions=[_announcements(demo)]))
        async with app.run_test(size=SIZES[size], notifications=True) as pilot:
            await shows(pilot, "failed", "running")
            await asyncio.sleep(WELL_KNOWN if name == "health" else 4)
            for key in keys:
                await pilot.press(key)
            await pilot.pause(0.5)
            svg = re.sub(r"terminal-\d+-", "terminal-", app.export_screenshot(title="jobdash"))
            (FOLDER / f"{name}-{size}.svg").write_text(svg + "\n")


def _announcements(demo: DemoProcess) -> Companion:
    async def follow(monitor: Monitor) -> None:
        told = 0
        while True:
            for job in demo.announced[told:]:
                monitor.track(NAMES[job["face"]], [job["id"]], labels={job["id"]: job["label"]})
                told += 1
            await asyncio.sleep(0.2)

    return follow


async def main() -> None:
    """All pictures."""
    for size in SIZES:
        for name, keys in KEYS.items():
            await picture(name, size, keys)


if __name__ == "__main__":
    asyncio.run(main())
