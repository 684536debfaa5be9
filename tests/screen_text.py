"""What a person would read on the screen of an app that runs without a terminal."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from xml.etree import ElementTree

from rich.cells import cell_len
from textual.app import App
from textual.pilot import Pilot

SVG = "{http://www.w3.org/2000/svg}"


def screen_text(app: App[None]) -> str:
    """The lines of the screen, from the picture that the app itself exports."""
    picture = ElementTree.fromstring(app.export_screenshot())
    lines: dict[float, dict[int, str]] = defaultdict(dict)
    for text in picture.iter(f"{SVG}text"):
        content = "".join(text.itertext())
        if cell_len(content) and "textLength" in text.attrib:
            cell = float(text.attrib["textLength"]) / cell_len(content)
            lines[float(text.attrib["y"])][round(float(text.attrib["x"]) / cell)] = content
    return "\n".join(_line(parts) for _, parts in sorted(lines.items()))


def _line(parts: dict[int, str]) -> str:
    line = ""
    for column, content in sorted(parts.items()):
        line += " " * (column - cell_len(line)) + content.replace("\xa0", " ")
    return line


async def shows(pilot: Pilot[None], *wanted: str, seconds: float = 15.0) -> str:
    """Waits until all of `wanted` are on the screen; AssertionError with the screen otherwise."""
    return await _until(pilot, lambda text: all(part in text for part in wanted), f"to show {wanted}", seconds)


async def hides(pilot: Pilot[None], unwanted: str, seconds: float = 15.0) -> str:
    """Waits until `unwanted` is no longer on the screen."""
    return await _until(pilot, lambda text: unwanted not in text, f"to hide {unwanted!r}", seconds)


async def _until(pilot: Pilot[None], right: Callable[[str], bool], what: str, seconds: float) -> str:
    until = time.monotonic() + seconds
    while not right(text := screen_text(pilot.app)):
        if time.monotonic() > until:
            raise AssertionError(f"waited {seconds:g} s for the screen {what}; it shows\n{text}")
        await asyncio.sleep(0.03)
    return text
