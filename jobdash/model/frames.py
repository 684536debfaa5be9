"""Where in a program an error happened, as tracebacks of several languages tell it. Text in, text out."""

import re
from typing import Final

LONGEST: Final = 500
"""A longer line is no frame; looking for one in it could take for ever."""

MOST_LINES: Final = 2_000

PYTHON: Final = re.compile(r'\s*File (?P<file>"[^"]*"), line (?P<line>\d+)(?:, in )?(?P<name>.*)')
JAVA: Final = re.compile(r"\s+at (?P<name>[\w.$<>]+)\((?P<file>[\w.]+):(?P<line>\d+)\).*")
NODE: Final = re.compile(r"\s+at (?P<name>[^(]*?)\s*\(?(?P<file>[^\s()]+?):(?P<line>\d+).*")
LIBRARY: Final = re.compile(
    r"site-packages|dist-packages|node_modules|[/\\]lib[/\\]python|<frozen|node:internal|\bjava\.|\bjdk\.|\bsun\."
)


def frame_of(text: str) -> re.Match[str] | None:
    """The groups `file`, `line` and `name` of a line that says where something happened."""
    if len(text) > LONGEST or not text[:1].isspace() or not ("at " in text or "File" in text):
        return None
    return next((found for pattern in (PYTHON, JAVA, NODE) if (found := pattern.match(text)) is not None), None)


def is_own(text: str) -> bool:
    """True for a frame of the program itself and not of a library."""
    return LIBRARY.search(text) is None


def innermost(text: str) -> str | None:
    """`parse.py:118 in fetch_page`: the own frame nearest to the error, else the nearest one at all."""
    if "\n" not in text:
        return None
    lines = text.splitlines()[:MOST_LINES]
    found = [(line, frame) for line in lines if (frame := frame_of(line)) is not None]
    if not found:
        return None
    inner = found if PYTHON.match(found[0][0]) is None else found[::-1]
    frame = next((frame for line, frame in inner if is_own(line)), inner[0][1])
    file = re.split(r"[/\\]", frame["file"].strip('"'))[-1]
    name = frame["name"].strip()
    return f"{file}:{frame['line']}" + (f" in {name}" if name else "")
