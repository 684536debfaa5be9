"""Work: how often each word occurs in standard library files, into a CSV."""

from __future__ import annotations

import csv
import re
from collections import Counter

from jobdash.demo.work.task import Result, Slice, Steps, Task

WORD = re.compile(r"[A-Za-z]{3,}")


def count_words(task: Task) -> Steps:
    """Params: `package`, `start`, `count`. A file that is not UTF-8 is skipped and counted as an error."""
    paths = task.modules()
    words: Counter[str] = Counter()
    for index, path in enumerate(paths):
        name = task.shelf.name(path)
        yield Slice(index, len(paths), f"Counting words of {name}, {index + 1} of {len(paths)}")
        try:
            found = WORD.findall(path.read_text(encoding="utf-8").lower())
        except UnicodeDecodeError as error:
            task.skip(f"{name} skipped: {error}")
            continue
        words.update(found)
        task.log(f"{name}: {len(found):,} words")
    with (task.folder / "words.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("word", "count"), *words.most_common(1000)])
    top = [word for word, _ in words.most_common(5)]
    return Result({"words": words.total(), "distinct": len(words), "top": top}, ("words.csv",))
