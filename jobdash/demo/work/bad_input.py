"""Work that meets bad input first thing: a Python file with a syntax error, a file that is not there."""

from __future__ import annotations

from jobdash.demo.work.parsing import parse
from jobdash.demo.work.task import Result, Slice, Steps, Task


def syntax_error(task: Task) -> Steps:
    """Parse the prepared `bad_syntax.py`."""
    name = "bad_syntax.py"
    yield Slice(0, 1, f"Parsing {name}")
    task.log(f"parsing {name}")
    path = task.shelf.find(name)
    if path is None:
        raise FileNotFoundError(f"Input not found: {name}")
    tree = parse(path.read_bytes(), name)
    return Result({"nodes": len(tree.body)})


def missing_file(task: Task) -> Steps:
    """Params: `path`, by default one that no library has. Succeeds if the file is there after all."""
    name = task.text("path", "reports/last_quarter.csv")
    yield Slice(0, 1, f"Opening {name}")
    task.log(f"opening {name}")
    path = task.shelf.find(name) or task.shelf.library / name
    return Result({"bytes": len(path.read_bytes())})
