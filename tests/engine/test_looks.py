"""What a person has seen of the failures is kept: by two processes, beyond damage, without a file."""

import sqlite3
import subprocess
import sys
from pathlib import Path

from jobdash.engine.looks import MOST, STAY, Looks

ANOTHER = """
import sys
from pathlib import Path
from jobdash.engine.looks import Looks
for number in range(50):
    Looks(Path(sys.argv[1]), print).looked([f"{sys.argv[2]}{number}"], 1000.0, float(number))
"""


def looks(path: Path) -> tuple[Looks, list[str]]:
    told: list[str] = []
    return Looks(path, told.append), told


def test_nobody_has_looked_is_not_the_same_as_nothing_seen(tmp_path: Path) -> None:
    kept, _ = looks(tmp_path / "state" / "failures.db")
    assert kept.read(1.0) is None
    assert kept.looked([], 1000.0, 1.0) == set() == kept.read(1.0)
    kept.close()


def test_two_processes_add_to_one_another(tmp_path: Path) -> None:
    path = tmp_path / "failures.db"
    command = [sys.executable, "-c", ANOTHER, str(path)]
    running = [subprocess.Popen([*command, name], stdout=subprocess.PIPE) for name in "ab"]
    assert [process.communicate()[0] for process in running] == [b"", b""]
    kept, told = looks(path)
    assert kept.read(1.0) == {f"{name}{number}" for name in "ab" for number in range(50)} and not told
    kept.close()


def test_damage_is_set_aside_and_told_once(tmp_path: Path) -> None:
    path = tmp_path / "failures.db"
    path.write_bytes(b"no database at all, but long enough to look like one" * 100)
    kept, told = looks(path)
    assert kept.read(1.0) is None and kept.looked(["x"], 1000.0, 2.0) == {"x"}
    assert len(told) == 1 and "set aside as failures.broken" in told[0] and path.with_suffix(".broken").exists()
    kept.close()


def test_where_it_cannot_be_kept_this_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder is due")
    kept, told = looks(tmp_path / "state" / "failures.db")
    assert kept.read(1.0) is None and kept.looked(["x"], 1000.0, 100.0) is None
    assert len(told) == 1 and "not remembered beyond this run" in told[0]


def test_what_was_not_seen_for_long_and_what_is_too_much_goes(tmp_path: Path) -> None:
    path = tmp_path / "failures.db"
    kept, _ = looks(path)
    kept.looked(["old"], 1000.0, 1.0)
    assert kept.looked(["new"], 1001.0 + STAY, 1.0) == {"new"}
    for turn in range(3):
        kept.looked([f"{turn}-{number}" for number in range(MOST // 2)], 2 * STAY + turn, 1.0)
    kept.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM seen").fetchone()[0] <= MOST + MOST // 2
