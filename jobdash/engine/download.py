"""One result of a job into a folder: under a safe name, over nothing that is there, on from where a try ended."""

import hashlib
import json
import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from jobdash.client.link_contract import Fetched
from jobdash.engine.clock import Clock, SystemClock
from jobdash.model.errors import ConfigError, NotFound, Throttled, TimedOut, Unreachable

LONGEST = 120
"""Characters of a file name; file systems allow 255 bytes, and a number or an ending may follow."""

UNSAFE = re.compile(r"[^\w.()+,=@ -]", re.ASCII)
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
TRIES = 3
PATIENCE = 30.0
"""The longest that a server which asks for patience is waited for, in seconds; longer, and the person is told."""


class Fetch(Protocol):
    """Opens a result from byte `start` on: a link's own `fetch`, or one that minds what the server can bear."""

    def __call__(
        self, url: str, *, start: int = 0, etag: str | None = None
    ) -> AbstractAsyncContextManager[Fetched]: ...


class InTheWay(ConfigError):
    """There is a file of that name already, and nobody said that it may be replaced."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that was written, whole; `bytes` is its size."""

    path: Path
    bytes: int


def safe_name(proposed: str | None, url: str, fallback: str) -> str:
    """A file name without folders, hidden beginnings or characters that mean something to anybody."""
    for name in (proposed, unquote(urlsplit(url).path.rpartition("/")[2]), fallback):
        last = re.split(r"[/\\]", name or "")[-1]
        clean = UNSAFE.sub("_", last).strip(" .")[-LONGEST:].lstrip(" .-")
        if clean.strip("_"):
            return f"_{clean}" if RESERVED.fullmatch(clean) else clean
    return "result"


@dataclass(slots=True)
class Folder:
    """Where results are written. A file that is there is kept unless `force`; `progress` is told name, done, total.

    `waiting` is told in words that the server asks for patience, which is given by `clock`.
    """

    path: Path
    force: bool = False
    progress: Callable[[str, int, int | None], object] = lambda name, done, total: None
    waiting: Callable[[str], object] = lambda words: None
    clock: Clock = field(default_factory=SystemClock)
    taken: set[str] = field(default_factory=set)

    def make(self) -> None:
        """Raises ConfigError when it cannot be a folder."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(f"{self.path}: cannot be used as a folder: {error.strerror}") from None

    async def save(self, fetch: Fetch, url: str, fallback: str) -> Saved:
        """Downloads one result; what arrives in part is gone on with.

        Raises InTheWay for a file that is there, ConfigError where nothing can be written, NotFound for a result
        that is gone, and other ServerErrors.
        """
        for attempt in range(1, TRIES + 1):
            try:
                return await self._try(fetch, url, fallback)
            except NotFound as error:
                raise NotFound(f"{short(url)}: the result is gone: {error}", status=error.status) from None
            except Throttled as error:
                wait = 2.0**attempt if error.retry_after is None else error.retry_after
                if attempt == TRIES or wait > PATIENCE:
                    raise
                self.waiting(f"{short(url)}: {error}; going on in {wait:.0f} s")
                await self.clock.sleep(wait)
            except (Unreachable, TimedOut):
                if attempt == TRIES:
                    raise
            except OSError as error:
                raise ConfigError(f"{error.filename or self.path}: cannot be written: {error.strerror}") from None
        raise AssertionError("the last try either returns or raises")

    async def _try(self, fetch: Fetch, url: str, fallback: str) -> Saved:
        mark = hashlib.sha256(url.encode(errors="replace")).hexdigest()[:8]
        part = self.path / f".{safe_name(None, url, fallback)}.{mark}.part"
        start, etag = _left_over(part, url)
        async with fetch(url, start=start, etag=etag) as download:
            path = self._free(safe_name(download.name, url, fallback))
            if download.etag:
                _note(part).write_text(json.dumps({"url": url, "etag": download.etag}))
            done = download.start
            with part.open("ab" if done else "wb") as file:
                async for chunk in download:
                    file.write(chunk)
                    done += len(chunk)
                    self.progress(path.name, done, download.total)
            if download.total is not None and done < download.total:
                raise Unreachable(f"{short(url)}: ended after {done} of {download.total} bytes")
        self._publish(part, path)
        _note(part).unlink(missing_ok=True)
        self.taken.add(path.name)
        return Saved(path, done)

    def _free(self, name: str) -> Path:
        """Two results of one job may have the same name: the second gets a number. Raises InTheWay."""
        path, number = self.path / name, 2
        while path.name in self.taken:
            stem, dot, ending = name.partition(".")
            path = self.path / f"{stem}-{number}{dot}{ending}"
            number += 1
        if path.exists() and not self.force:
            raise InTheWay(f"{path} is there already")
        return path

    def _publish(self, part: Path, path: Path) -> None:
        """Gives the file its name, unless another process was faster with that name."""
        if self.force:
            part.replace(path)
            return
        try:
            path.hardlink_to(part)
        except FileExistsError:
            raise InTheWay(f"{path} is there already") from None
        except OSError:
            part.rename(path)
            return
        part.unlink()


def _note(part: Path) -> Path:
    return part.with_suffix(".part-of")


def _left_over(part: Path, url: str) -> tuple[int, str | None]:
    """How much of this very result is there from an earlier try; only an ETag proves that it is the same file."""
    try:
        note: Any = json.loads(_note(part).read_text())
        etag = note["etag"] if note["url"] == url else None
        size = part.stat().st_size
    except (OSError, ValueError, KeyError, TypeError):
        return 0, None
    return (size, str(etag)) if etag and size and not str(etag).startswith("W/") else (0, None)


def short(url: str) -> str:
    """An address without its query, which may hold a key."""
    return url.partition("?")[0].partition("#")[0]
