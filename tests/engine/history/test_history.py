"""The past: three finenesses, gaps that stay gaps, two writers, and a file that cannot be used."""

import asyncio
import math
import os
import sqlite3
import stat
import time
import zlib
from collections import Counter
from pathlib import Path

import pytest

from jobdash.engine.history.history import History
from jobdash.engine.history.kept import KeptShelf
from jobdash.engine.history.recorder import Recorder
from jobdash.engine.history.shelf import MemoryShelf, Slot
from jobdash.engine.history.tier import Chunk, unpacked
from jobdash.engine.metrics.place import Place
from jobdash.engine.orders import Orders
from jobdash.engine.sight import MOST_PARTS, Found
from jobdash.engine.vitals import PARTS_EVERY, PARTS_OF_STILL_EVERY, STILL_AFTER
from jobdash.model.queue import QueueStats
from jobdash.model.server import Phase
from jobdash.model.state import State
from tests.engine.alerts.watch import Watch
from tests.engine.fake_clock import EPOCH
from tests.engine.metrics.bench import HandClock

HOUR, DAY = 3600, 86400


class Past:
    """A history that a test fills second by second."""

    def __init__(self, path: Path | None = None) -> None:
        self.clock = HandClock()
        self.notices: list[str] = []
        self.path = path
        self.history = History(KeptShelf(path, self.clock, self.notices.append) if path else MemoryShelf())

    def record(self, seconds: int, depth: float | None, step: int = 1) -> None:
        for _ in range(0, seconds, step):
            self.clock.passed += step
            if depth is not None:
                self.history.record("one", {"depth": depth}, self.clock.now())

    async def flush(self) -> None:
        await self.history.flush(self.clock.now())

    async def read(self, seconds: float, steps: int) -> list[float | None]:
        past = await self.history.read("one", ["depth"], seconds, steps, self.clock.now())
        return list(past.series["depth"])

    def close(self) -> None:
        self.history.close(self.clock.now())


@pytest.mark.parametrize("kept", [False, True])
async def test_a_gap_is_a_gap(tmp_path: Path, kept: bool) -> None:
    past = Past(tmp_path / "history.db" if kept else None)
    past.record(600, 5)
    await past.flush()
    past.record(600, None)
    past.record(600, 7)
    await past.flush()
    values = await past.read(1800, 6)
    assert values[:2] == [5, 5] and values[2:4] == [None, None] and values[4:] == [7, 7]
    past.close()
    assert past.notices == []


async def test_a_day_and_a_month_are_read_from_coarser_tiers(tmp_path: Path) -> None:
    past = Past(tmp_path / "history.db")
    for depth in range(20):
        past.record(HOUR, float(depth), step=20)
        await past.flush()
    day = await past.read(DAY, 24)
    assert [round(value) for value in day if value is not None] == pytest.approx(list(range(20)), abs=1)
    month = [value for value in await past.read(30 * DAY, 60) if value is not None]
    assert len(month) in (2, 3)
    past.close()
    again = Past(tmp_path / "history.db")
    again.clock.passed = past.clock.passed
    assert any(value is not None for value in await again.read(DAY, 24)), "the past outlives the process"
    again.close()


async def test_two_processes_write_the_same_minutes(tmp_path: Path) -> None:
    one, two = Past(tmp_path / "history.db"), Past(tmp_path / "history.db")
    one.record(30, 1)
    two.record(30, None)
    two.record(30, 2)
    one.record(30, None)
    await one.flush()
    await two.flush()
    await one.flush()
    assert (await one.read(60, 2)) == [1, 2]
    assert one.notices == two.notices == []
    one.close()
    two.close()


async def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(b"this is no database, however long it is" * 100)
    past = Past(path)
    past.record(60, 4)
    await past.flush()
    assert await past.read(60, 1) == [4]
    assert len(past.notices) == 1 and "set aside as history.broken" in past.notices[0]
    assert path.with_suffix(".broken").exists()
    past.close()


async def test_a_file_of_a_newer_jobdash_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    past = Past(path)
    for _ in range(3):
        past.record(60, 4)
        await past.flush()
    assert await past.read(180, 1) == [4], "within this run it is remembered all the same"
    assert len(past.notices) == 1 and "newer jobdash" in past.notices[0]
    past.close()
    assert path.read_bytes()[:60] == before[:60]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        asyncio.run(nothing_can_be_kept(tmp_path / "history.db"))
    finally:
        tmp_path.chmod(stat.S_IRWXU)


async def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    await nothing_can_be_kept(tmp_path / "state" / "history.db")


async def nothing_can_be_kept(path: Path) -> None:
    past = Past(path)
    for _ in range(5):
        past.record(60, 4)
        await past.flush()
    assert await past.read(240, 2) == [4, 4]
    assert len(past.notices) == 1 and "not remembered beyond this run" in past.notices[0]
    past.close()


async def test_a_full_disk_and_one_that_has_room_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    past = Past(tmp_path / "history.db")
    past.record(60, 4)
    await past.flush()
    shelf = past.history._shelf
    assert isinstance(shelf, KeptShelf)

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as context:
        context.setattr(shelf, "_put", full)
        for _ in range(3):
            past.record(60, 5)
            await past.flush()
    assert len(past.notices) == 1 and "disk is full" in past.notices[0]
    past.record(60, 6)
    await past.flush()
    assert await past.read(300, 5) == [4, 5, 5, 5, 6]
    past.close()


def test_a_name_that_no_file_takes_is_told_and_kept_in_memory(tmp_path: Path) -> None:
    past = Past(tmp_path / "history.db")
    past.clock.passed += 1
    past.history.record("type \ud800", {"depth": 4}, past.clock.now())
    past.close()
    assert len(past.notices) == 1 and "history is not remembered beyond this run" in past.notices[0]


async def test_a_locked_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobdash.engine.statefile.BUSY", 0.05)
    path = tmp_path / "history.db"
    past = Past(path)
    past.record(60, 4)
    await past.flush()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    past.record(60, 5)
    began = time.monotonic()
    await past.flush()
    assert time.monotonic() - began < 5
    other.execute("ROLLBACK")
    other.close()
    assert await past.read(60, 1) == [5]
    assert len(past.notices) == 1 and "locked" in past.notices[0]
    past.close()


def test_old_chunks_leave_memory() -> None:
    shelf, recorder = MemoryShelf(), Recorder()
    for minute in range(0, 3 * HOUR, 60):
        recorder.record("one", {"depth": 1.0}, EPOCH + minute)
        shelf.put(recorder.unsaved(1), EPOCH + minute)
    assert len(shelf.get("one", 0, 0, int(EPOCH) * 2)) <= 62


def test_a_file_has_a_bound(tmp_path: Path) -> None:
    clock = HandClock()
    shelf = KeptShelf(tmp_path / "history.db", clock, pytest.fail, most=200_000)
    for number in range(200):
        clock.passed += 700
        chunk = Chunk(15)
        for step in range(60):
            chunk.put(step, [float(hash((number, step, column)) % 9999) for column in range(15)])
        shelf.put({Slot(f"s{number % 10}", 2, int(EPOCH) + number * 18000): chunk}, EPOCH + number * 18000)
    shelf.close()
    assert (tmp_path / "history.db").stat().st_size < 1_000_000


@pytest.mark.parametrize("data", [b"", b"\x0f", b"\x0fgarbage", b"\x02" + Chunk(3).packed()[1:]])
def test_what_is_no_chunk(data: bytes) -> None:
    with pytest.raises(ValueError):
        unpacked(data)


async def test_queues_and_types_have_a_past_of_their_own(tmp_path: Path) -> None:
    watch = Watch(Orders(folder=tmp_path))
    for n in range(40):
        watch.tell("a", State.PENDING, type="parse", created_at=watch.clock.now())
        watch.queues = (QueueStats(depth=n + 1), QueueStats(name="mail", depth=n, running=1))
        watch.pass_time(1)
    mail, parse = Place("one", "mail"), Place("one", "", "parse")
    assert watch.vitals.sight.parts("one") == [mail, parse]
    past = await watch.vitals.past(mail, ["depth", "running"], 60, 60)
    assert max(v for v in past.series["depth"] if v is not None) in (38, 39)
    assert {v for v in past.series["running"] if v is not None} == {1}
    assert (await watch.vitals.past(parse, ["depth"], 60, 60)).known
    await watch.vitals.history.flush(watch.clock.now())
    watch.vitals.history.close(watch.clock.now())
    again = History(KeptShelf(tmp_path / "history.db", watch.clock, pytest.fail))
    assert set(await again.places("one")) == {mail, parse} and await again.places("two") == []
    assert (await again.read(mail.series, ["depth"], HOUR, 60, watch.clock.now())).known
    again.close(watch.clock.now())


def test_of_how_many_queues_the_past_is_kept_is_bounded() -> None:
    watch = Watch()
    watch.queues = tuple(QueueStats(name=f"queue-{n}", depth=n) for n in range(2_000))
    watch.pass_time(2)
    assert len(watch.vitals.sight.parts("one")) == MOST_PARTS
    series = {slot.series for slot in watch.vitals.history._recorder.unsaved(3)}
    assert len(series) == MOST_PARTS + 1


async def test_how_long_a_server_was_away_is_remembered_and_its_figures_are_a_gap() -> None:
    watch = Watch()
    watch.queues = (QueueStats(depth=5),)
    watch.pass_time(20)
    watch.phase(Phase.DOWN)
    watch.pass_time(20)
    watch.phase(Phase.LIVE)
    watch.pass_time(20)
    past = await watch.vitals.past(Place("one"), ["depth", "down"], 60, 6)
    assert None in past.series["depth"][2:4] and past.series["depth"][-1] == 5
    assert max(value for value in past.series["down"] if value is not None) > 10


def test_a_chunk_of_fewer_figures_is_still_read() -> None:
    old, new = Chunk(15), Chunk(28)
    old.put(3, [float(n) for n in range(15)])
    new.put(4, [float(n) for n in range(28)])
    merged = new.filled_from(unpacked(old.packed()))
    assert merged.column(2)[3] == 2 and merged.column(27)[4] == 27
    assert math.isnan(unpacked(old.packed()).column(20)[3])


def test_a_packed_chunk_keeps_what_one_can_see() -> None:
    chunk = Chunk(2)
    chunk.put(0, [1 / 3, 12_345.0])
    chunk.put(1, [None, 65_535.0])
    again = unpacked(chunk.packed())
    assert again.column(0)[0] == pytest.approx(1 / 3, rel=1e-4) and math.isnan(again.column(0)[1])
    assert list(again.column(1)[:2]) == [12_345.0, 65_535.0]


def test_a_chunk_of_an_earlier_jobdash_is_still_read() -> None:
    chunk = Chunk(3)
    chunk.put(5, [1.5, 2.5, 3.5])
    old = bytes((3,)) + zlib.compress(chunk.values.tobytes(), 1)
    assert unpacked(old).column(1)[5] == 2.5


def test_the_parts_of_a_server_where_nothing_changes_are_looked_at_more_rarely() -> None:
    watch, looks = Watch(Orders(rules=())), Counter[str]()
    at = watch.vitals.sight.at

    def counted(place: Place) -> Found:
        looks[place.queue] += 1
        return at(place)

    watch.vitals.sight.at = counted  # type: ignore[method-assign]
    watch.queues = (QueueStats(name="mail", depth=3),)

    def during(seconds: int) -> int:
        before = looks["mail"]
        watch.pass_time(seconds)
        return looks["mail"] - before

    watch.pass_time(1)
    assert during(60) == 60 / PARTS_EVERY
    watch.pass_time(STILL_AFTER)
    assert during(60) == 60 / PARTS_OF_STILL_EVERY
    watch.queues = (QueueStats(name="mail", depth=4),)
    assert during(60) >= 60 / PARTS_EVERY - 1
    watch.pass_time(STILL_AFTER)
    watch.tell("a", State.FAILED, type="parse")
    assert during(60) >= 60 / PARTS_EVERY - 1
