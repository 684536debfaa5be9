"""Tracked jobs: kept between runs, safe under two processes, and never in the way of anything else."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from jobdash.engine.tracked import Tracked, TrackedJob
from jobdash.model.errors import ConfigError

HERE = "http://localhost:8000"
WRITER = """
import sys
from pathlib import Path
from jobdash.engine.tracked import Tracked, TrackedJob
store = Tracked(Path(sys.argv[1]))
for number in range(100):
    store.add("http://localhost:8000", [TrackedJob(id=f"{sys.argv[2]}-{number}", added_at=number)])
"""


def test_add_label_remove(tmp_path: Path) -> None:
    store = Tracked(tmp_path / "deep" / "tracked.db")
    assert list(store.ids(HERE)) == []
    assert not store.path.exists()
    assert store.add(HERE, [TrackedJob(id="a", label="mine", added_at=1), TrackedJob(id="b", added_at=2)]) == 2
    assert store.add(HERE, [TrackedJob(id="a", priority="high", added_at=9)]) == 0
    assert store.jobs(HERE) == [
        TrackedJob(id="b", added_at=2),
        TrackedJob(id="a", label="mine", priority="high", added_at=1),
    ]
    assert store.ids("http://elsewhere") == []
    assert store.remove(HERE, ["a", "never"]) == 1
    store.close()
    assert Tracked(store.path).ids(HERE) == ["b"]


def test_two_processes_at_once(tmp_path: Path) -> None:
    path = tmp_path / "tracked.db"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in ("a", "b")]
    assert [writer.wait(timeout=30) for writer in writers] == [0, 0]
    store = Tracked(path)
    assert len(store.ids(HERE)) == 200
    store.close()


def test_many_that_make_the_file_at_the_same_moment(tmp_path: Path) -> None:
    gate = Barrier(8)

    def add(number: int) -> int:
        store = Tracked(tmp_path / f"{number // 8}.db")
        gate.wait(30)
        try:
            return store.add(HERE, [TrackedJob(id=str(number))])
        finally:
            store.close()

    with ThreadPoolExecutor(8) as pool:
        for first in range(0, 160, 8):
            assert list(pool.map(add, range(first, first + 8))) == [1] * 8


def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "tracked.db"
    path.write_bytes(b"this is no database, and it is long enough to be looked at as one" * 40)
    store = Tracked(path)
    assert store.add(HERE, [TrackedJob(id="a")]) == 1
    assert store.problem is not None
    assert (tmp_path / "tracked.broken").exists()
    store.close()


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "tracked.db"
    newer = sqlite3.connect(path)
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    store = Tracked(path)
    assert list(store.ids(HERE)) == []
    assert "newer jobdash" in (store.problem or "")
    with pytest.raises(ConfigError, match="newer jobdash"):
        store.add(HERE, [TrackedJob(id="a")])
    store.close()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be used"):
        Tracked(tmp_path / "file" / "tracked.db").add(HERE, [TrackedJob(id="a")])
