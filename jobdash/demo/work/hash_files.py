"""Work: the SHA-256 of standard library files, into a CSV."""

from __future__ import annotations

import csv
import hashlib

from jobdash.demo.work.task import Result, Slice, Steps, Task


def hash_files(task: Task) -> Steps:
    """Params: `package`, `start`, `count`."""
    paths, rows, size = task.modules(), [], 0
    for index, path in enumerate(paths):
        name = task.shelf.name(path)
        yield Slice(index, len(paths), f"Hashing {name}, {index + 1} of {len(paths)}")
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        rows.append((digest, len(content), name))
        size += len(content)
        task.log(f"{name} sha256 {digest[:12]}…, {len(content):,} bytes")
    with (task.folder / "sha256.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("sha256", "bytes", "file"), *rows])
    whole = hashlib.sha256("".join(row[0] for row in rows).encode()).hexdigest()
    return Result({"files_hashed": len(rows), "bytes": size, "sha256_of_all": whole}, ("sha256.csv",))
