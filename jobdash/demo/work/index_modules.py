"""Work: an index of the classes, functions and docstrings of standard library modules, as JSON."""

from __future__ import annotations

import ast
import json

from jobdash.demo.work.parsing import parse
from jobdash.demo.work.task import Result, Slice, Steps, Task


def index_modules(task: Task) -> Steps:
    """Params: `package`, `start`, `count`. A module that cannot be parsed is skipped, counted as an error."""
    paths, index = task.modules(), []
    for number, path in enumerate(paths):
        name = task.shelf.name(path)
        yield Slice(number, len(paths), f"Indexing {name}, {number + 1} of {len(paths)}")
        try:
            tree = parse(path.read_bytes(), name)
        except SyntaxError as error:
            task.skip(f"{name} skipped: {error}")
            continue
        entry = describe(tree)
        index.append({"module": name, **entry})
        if not entry["docstring"]:
            task.log(f"{name} has no docstring", "WARNING")
        else:
            task.log(f"{name}: {entry['classes']} classes, {entry['functions']} functions")
    (task.folder / "index.json").write_text(json.dumps(index, indent=1), encoding="utf-8")
    facts = {key: sum(int(entry[key]) for entry in index) for key in ("classes", "functions")}
    return Result({"modules": len(index), **facts}, ("index.json",))


def describe(tree: ast.Module) -> dict[str, str | int]:
    """The first line of a module's docstring and its numbers of classes and functions."""
    nodes = list(ast.walk(tree))
    return {
        "docstring": (ast.get_docstring(tree) or "").partition("\n")[0],
        "classes": sum(isinstance(node, ast.ClassDef) for node in nodes),
        "functions": sum(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in nodes),
    }
