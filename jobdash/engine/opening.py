"""One result of a job, read to be looked at: bounded, in memory only, and taken for what its bytes are."""

import asyncio
import json
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from jobdash.engine.content import binary, is_text_kind, kind_of, text_of, text_word
from jobdash.engine.download import Fetch, safe_name, short
from jobdash.model.errors import NotFound
from jobdash.model.job import Json
from jobdash.model.log import LogLine

MOST = 10 * 1024 * 1024
"""Bytes that are read; of anything larger the beginning."""

MOST_LINES = 500_000
SAMPLE = 4096
"""Bytes that tell a picture from a text; the rest of a binary is never asked for."""

Progress = Callable[[int, int | None], object]


class Shape(StrEnum):
    """How a result can be looked at."""

    TREE = "tree"
    TEXT = "text"
    BINARY = "binary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """`what` it is, in words; `value` of a TREE, `lines` of a TEXT. `size` in bytes is None where nobody tells it.

    `note` says in one sentence what a person would otherwise take wrongly: a cut, or a type that is not true.
    """

    name: str
    shape: Shape
    what: str
    size: int | None
    value: Json = None
    lines: tuple[LogLine, ...] = ()
    note: str = ""


async def read(fetch: Fetch, url: str, fallback: str, progress: Progress) -> Opened:
    """Fetches one result as far as it can be shown; `progress` is told how many bytes, and of how many.

    Raises NotFound for one that is gone, and other ServerErrors.
    """
    data, whole = bytearray(), True
    try:
        async with fetch(url) as coming:
            name, total = safe_name(coming.name, url, fallback), coming.total
            said = coming.content_type or ""
            async for chunk in coming:
                data += chunk
                progress(len(data), total)
                if len(data) > MOST or (len(data) >= SAMPLE and binary(bytes(data[:SAMPLE]), said)):
                    whole = False
                    break
    except NotFound as error:
        raise NotFound(f"{short(url)}: the result is gone: {error}", status=error.status) from None
    return await asyncio.to_thread(_opened, name, bytes(data), said, len(data) if whole else total)


def _opened(name: str, data: bytes, said: str, size: int | None) -> Opened:
    kind, cut = kind_of(said), len(data) > MOST
    if what := binary(data[:SAMPLE], said):
        note = f"its server calls it {kind}" if is_text_kind(kind) else ""
        return Opened(name=name, shape=Shape.BINARY, what=what, size=size, note=note)
    text, notes = text_of(data[:MOST], said), []
    claims = "json" in kind or name.lower().endswith(".json")
    if not cut and (claims or text.lstrip()[:1] in ("{", "[")):
        with suppress(ValueError, RecursionError):
            value = json.loads(text, parse_constant=str, parse_float=_float)
            return Opened(name=name, shape=Shape.TREE, what="JSON", size=size, value=value)
    if claims and text.strip():
        notes.append("too large for a tree" if cut else "called JSON, but it is not")
    elif kind and not is_text_kind(kind) and kind != "application/octet-stream":
        notes.append(f"its server calls it {kind}")
    lines = _lines(text)
    if cut or len(lines) == MOST_LINES:
        notes.append(f"only its first {len(lines):,} lines: d downloads all of it")
    return Opened(
        name=name, shape=Shape.TEXT, what=text_word(name, said), size=size, lines=lines, note="; ".join(notes)
    )


def _lines(text: str) -> tuple[LogLine, ...]:
    parts = text.removesuffix("\n").split("\n", MOST_LINES) if text else []
    return tuple(LogLine(part.removesuffix("\r")) for part in parts[:MOST_LINES])


def _float(text: str) -> float | str:
    """What no float can hold stays as it is written."""
    number = float(text)
    return number if math.isfinite(number) else text
