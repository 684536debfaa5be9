"""Writes a new file into a folder that a person named: never over another one, never elsewhere, never half."""

import asyncio
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

AT_ONCE = 500
"""Pieces that are made before somebody else has a turn."""

MOST_TRIES = 1_000
LONGEST_NAME = 80


async def write(folder: Path, name: str, pieces: Iterator[str]) -> Path:
    """Writes the pieces into a file of this name, or of the next free one; gives its path. Raises OSError."""
    stem, _, ending = safe_name(name).rpartition(".")
    partial, final = await asyncio.to_thread(_begin, folder, stem, ending)
    try:
        with partial.open("w", encoding="utf-8", errors="replace", newline="") as file:
            while some := list(islice(pieces, AT_ONCE)):
                await asyncio.to_thread(file.write, "".join(some))
                await asyncio.sleep(0)
        await asyncio.to_thread(partial.replace, final)
    except BaseException:
        partial.unlink(missing_ok=True)
        final.unlink(missing_ok=True)
        raise
    return final


def _begin(folder: Path, stem: str, ending: str) -> tuple[Path, Path]:
    """The file under way, and the name that is kept for it from now on."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, MOST_TRIES):
        final = folder / (f"{stem}.{ending}" if number == 1 else f"{stem}-{number}.{ending}")
        try:
            final.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            continue
        return final.with_name(final.name + ".part"), final
    raise FileExistsError(f"{folder / stem}.{ending} and {MOST_TRIES} names like it are there already")


def safe_name(name: str) -> str:
    """A file name of plain characters; it cannot leave its folder."""
    stem, _, ending = name.rpartition(".")
    return f"{re.sub(r'[^A-Za-z0-9_-]+', '-', stem)[:LONGEST_NAME].strip('-') or 'jobdash'}.{ending}"
