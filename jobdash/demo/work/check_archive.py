"""Work: write standard library files into an archive, then read every member back.

With `damage` the archive is broken in between, and reading it raises what zipfile, tarfile, gzip and zlib
really raise.
"""

from __future__ import annotations

import gzip
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from jobdash.demo.archives import Damage, build
from jobdash.demo.work.task import Result, Slice, Steps, Task

SUFFIXES = {"zip": ".zip", "tar": ".tar.gz", "gz": ".gz"}


def check_archive(task: Task) -> Steps:
    """Params: `package`, `start`, `count`, `format` (zip, tar, gz), `damage` (none, truncated, flipped)."""
    return (yield from _check(task, Damage(task.text("damage", "none"))))


def broken_archive(task: Task) -> Steps:
    """Like `check_archive`, but the archive is truncated unless `damage` says otherwise."""
    return (yield from _check(task, Damage(task.text("damage", "truncated"))))


def _check(task: Task, damage: Damage) -> Steps:
    members = task.modules()
    path = task.folder / f"archive{SUFFIXES[task.text('format', 'zip')]}"
    yield Slice(0, len(members), f"Packing {len(members)} files into {path.name}")
    build(path, members, damage)
    task.log(f"packed {len(members)} files, {path.stat().st_size:,} bytes")
    size = 0
    for index, (name, length) in enumerate(_members(path)):
        size += length
        task.log(f"{name}: {length:,} bytes, intact")
        yield Slice(index + 1, len(members), f"Checking {name}, {index + 1} of {len(members)}")
    return Result({"members": len(members), "bytes": size, "archive": path.name}, (path.name,))


def _members(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length of each member, read to its end so that checksums are verified."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield name, len(archive.read(name))
    elif path.name.endswith(".tar.gz"):
        with tarfile.open(path) as tar:
            for member in tar:
                content = tar.extractfile(member)
                yield member.name, len(content.read()) if content else 0
    else:
        with gzip.open(path) as packed:
            yield path.name, len(packed.read())
