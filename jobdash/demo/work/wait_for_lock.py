"""Work that needs a lock somebody else holds: it falls silent until the lock file goes, or gives up."""

from __future__ import annotations

from jobdash.demo.work.task import Result, Slice, Steps, Task

LOCK = "writer.lock"


def wait_for_lock(task: Task) -> Steps:
    """Params: `patience` in seconds (90). The lock is the file `writer.lock` in the job's own folder."""
    patience = task.number("patience", 90)
    paths = task.modules()
    lock = task.folder / LOCK
    lock.write_text("held by another process\n", encoding="utf-8")
    for index, path in enumerate(paths):
        name = task.shelf.name(path)
        yield Slice(index, len(paths), f"Reading {name}, {index + 1} of {len(paths)}")
        task.log(f"{name}: {len(path.read_bytes()):,} bytes")
        if index == len(paths) // 2:
            yield Slice(index + 1, len(paths), f"Waiting for {LOCK}")
            task.log(f"{LOCK} is held, waiting", "WARNING")
            asked = task.clock()
            while lock.exists():
                if task.clock() - asked > patience:
                    raise TimeoutError(f"{LOCK} still held after {patience} s")
                yield None
    return Result({"files_read": len(paths)})
