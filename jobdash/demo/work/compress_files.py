"""Work: standard library files into one gzip file, and how well each could be compressed."""

from __future__ import annotations

import gzip

from jobdash.demo.work.task import Result, Slice, Steps, Task


def compress_files(task: Task) -> Steps:
    """Params: `package`, `start`, `count`."""
    paths, size = task.modules(), 0
    target = task.folder / "library.gz"
    with gzip.open(target, "wb", compresslevel=6) as packed:
        for index, path in enumerate(paths):
            name = task.shelf.name(path)
            yield Slice(index, len(paths), f"Compressing {name}, {index + 1} of {len(paths)}")
            content = path.read_bytes()
            packed.write(content)
            size += len(content)
            task.log(f"{name}: {len(content):,} bytes added, {size:,} in all")
    packed_size = target.stat().st_size
    ratio = round(packed_size / size, 4)
    task.log(f"{size:,} bytes became {packed_size:,} ({ratio:.0%})")
    return Result({"bytes": size, "compressed_bytes": packed_size, "ratio": ratio}, ("library.gz",))
