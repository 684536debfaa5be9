"""The life of an alert: raised, seen to, cleared, flapping; across a restart and between two processes."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from jobdash.engine.alerts.defaults import DEFAULTS
from jobdash.engine.alerts.kept import KeptAlerts
from jobdash.engine.alerts.reading import rules_of
from jobdash.engine.looks import Looks
from jobdash.engine.metrics.place import Place
from jobdash.engine.notify.call import Call
from jobdash.engine.notify.outbox import Manners
from jobdash.engine.orders import Orders
from jobdash.engine.statefile import StateFile
from jobdash.model.alert import AlertKey, Severity
from jobdash.model.queue import QueueStats
from jobdash.model.server import Phase
from jobdash.model.state import State
from tests.engine.alerts.watch import Watch

DEPTH = AlertKey("depth", "one")


def orders(*tables: dict[str, Any], **given: Any) -> Orders:
    rules, problems = rules_of(tables, DEFAULTS)
    assert problems == []
    return Orders(rules=rules, **given)


def deep(watch: Watch, depth: int, seconds: float = 15) -> None:
    watch.queues = (QueueStats(depth=depth),)
    watch.pass_time(seconds)


def test_it_needs_its_time_and_clears_at_its_own_threshold() -> None:
    watch = Watch(orders({"name": "depth", "threshold": 10, "clear": 5, "for": "1m"}))
    deep(watch, 50, 59)
    deep(watch, 3, 2)
    deep(watch, 50, 59)
    assert watch.raised() == set()
    deep(watch, 50, 5)
    assert watch.alert("depth").limit == "above 10 for 1m"
    deep(watch, 8)
    assert watch.raised() == {"depth"}, "between the two thresholds nothing changes"
    deep(watch, 5)
    assert watch.turns() == ["raised", "cleared"]


def test_its_words_follow_the_value() -> None:
    watch = Watch()
    deep(watch, 11)
    deep(watch, 1312)
    assert watch.alert("depth").words == "1,312 jobs waiting"


def test_acknowledged_and_muted() -> None:
    watch = Watch(Orders(who="ada"))
    deep(watch, 50)
    assert [alert.key for alert in watch.vitals.calling()] == [DEPTH]
    assert watch.vitals.acknowledge(DEPTH, "looking")
    alert = watch.alert("depth")
    assert (alert.acknowledged_by, alert.note, watch.vitals.calling()) == ("ada", "looking", [])
    deep(watch, 1)
    assert not watch.vitals.acknowledge(DEPTH), "it is over"
    assert watch.vitals.mute(DEPTH, 3600)
    deep(watch, 50)
    assert watch.raised() == {"depth"} and not watch.vitals.calling(), "a mute outlives the alert"
    watch.pass_time(3600, 10)
    assert watch.vitals.calling()


def test_one_that_comes_and_goes_flaps_and_stays() -> None:
    watch = Watch()
    for _ in range(8):
        deep(watch, 50)
        deep(watch, 1)
    assert watch.turns().count("raised") == 3
    assert watch.alert("depth").flapping and watch.alert("depth").raised
    deep(watch, 1, 400)
    assert watch.raised() == set()


def test_one_that_comes_and_goes_does_not_speak_of_no_jobs() -> None:
    watch = Watch()
    for _ in range(4):
        deep(watch, 50)
        deep(watch, 0)
    assert watch.alert("depth").said == "50 jobs waiting, comes and goes"
    assert "50 jobs waiting, comes and goes" in watch.vitals.health(Place("one"), watch.status).words


def test_a_rule_over_queues_and_one_over_types() -> None:
    watch = Watch(orders({"name": "mail", "metric": "depth", "queue": "mail*", "threshold": 5}))
    watch.queues = (QueueStats(name="mail-fast", depth=9), QueueStats(name="render", depth=9))
    watch.pass_time(5)
    alert = watch.alert("mail")
    assert alert.key == AlertKey("mail", "one", "mail-fast")
    assert alert.query == "server:one queue:mail-fast state:pending"


def test_a_rule_with_a_query_counts_its_jobs() -> None:
    rule = {"name": "timeouts", "query": "state:failed error:timeout", "threshold": 1, "type": "parse*"}
    watch = Watch(orders(rule))
    for n in range(3):
        watch.tell(f"p{n}", State.FAILED, error="Timeout: 30 s", type="parse_page")
        watch.tell(f"q{n}", State.FAILED, error="Timeout: 30 s", type="other")
    watch.tell("r", State.FAILED, error="KeyError", type="parse_page")
    watch.pass_time(2)
    alert = watch.alert("timeouts")
    assert (alert.value, alert.words) == (3, "3 jobs like type:parse* state:failed error:timeout")
    watch.tell("p0", State.RUNNING)
    watch.forget("p1")
    watch.pass_time(2)
    assert "timeouts" not in watch.raised()


def test_a_rule_with_a_query_about_time() -> None:
    watch = Watch(orders({"name": "old", "query": "state:running age>10m", "severity": "critical"}))
    watch.tell("a", State.RUNNING, created_at=watch.clock.now())
    watch.pass_time(590, 10)
    assert watch.raised() == set()
    watch.pass_time(20)
    assert watch.alert("old").severity is Severity.CRITICAL


async def remembered(watch: Watch) -> None:
    await watch.vitals._desk.remember()


async def kept(watch: Watch) -> None:
    await watch.vitals._desk.exchange()


async def test_a_restart_neither_repeats_nor_forgets(tmp_path: Path) -> None:
    first = Watch(Orders(folder=tmp_path, who="ada"))
    deep(first, 50)
    first.vitals.acknowledge(DEPTH, "on it")
    await kept(first)
    await first.vitals._desk.close()

    second = Watch(Orders(folder=tmp_path))
    await remembered(second)
    deep(second, 50)
    alert = second.alert("depth")
    assert (alert.acknowledged_by, alert.note) == ("ada", "on it")
    assert second.turns() == ["raised", "acknowledged"], "known from before, and not raised again"
    deep(second, 1)
    assert second.raised() == set()
    await second.vitals._desk.close()


async def test_an_alert_whose_rule_is_gone_is_over(tmp_path: Path) -> None:
    first = Watch(orders({"name": "mine", "metric": "depth", "threshold": 5}, folder=tmp_path))
    deep(first, 50)
    await kept(first)
    await first.vitals._desk.close()
    second = Watch(Orders(folder=tmp_path))
    await remembered(second)
    await kept(second)
    assert second.raised() == {"depth"}
    await second.vitals._desk.close()
    third = Watch(orders({"name": "mine", "metric": "depth", "threshold": 500}, folder=tmp_path))
    await remembered(third)
    assert third.raised() == {"depth"}, "the file knows that it is over"
    await third.vitals._desk.close()


async def test_two_processes_agree(tmp_path: Path) -> None:
    one, two = Watch(Orders(folder=tmp_path, who="ada")), Watch(Orders(folder=tmp_path, who="bob"))
    deep(one, 50)
    await asyncio.gather(kept(one), kept(two))
    await kept(two)
    assert two.raised() == {"depth"}
    two.vitals.acknowledge(DEPTH)
    await kept(two)
    await kept(one)
    assert one.alert("depth").acknowledged_by == "bob"
    deep(two, 50)
    assert "raised" not in two.turns(), "what the other raised is not raised again"
    for watch in (one, two):
        await watch.vitals._desk.close()


class Heard:
    """Somebody who is told, and remembers of what."""

    def __init__(self) -> None:
        self.raised: list[str] = []
        self.cleared: list[str] = []

    async def tell(self, call: Call) -> None:
        self.raised += [alert.key.rule for alert in call.raised]
        self.cleared += [alert.key.rule for alert in call.cleared]


def telling(heard: Heard, folder: Path, who: str = "ada") -> Watch:
    return Watch(Orders(folder=folder, who=who, tellers=[heard], manners=Manners(every=30)))


async def told(watch: Watch) -> None:
    """What is due is told, and everybody has heard it."""
    await kept(watch)
    await asyncio.gather(*watch.vitals._desk._tellings)


async def test_a_restart_neither_tells_again_nor_forgets_to_tell(tmp_path: Path) -> None:
    heard = Heard()
    first = telling(heard, tmp_path)
    deep(first, 50)
    await told(first)
    first.queues = (QueueStats(depth=50, cpu_percent=99),)
    first.pass_time(12)
    await told(first)
    assert heard.raised == ["depth"] and first.raised() == {"depth", "cpu"}, "the second is held back for a while"
    await first.vitals._desk.close()

    second = telling(heard, tmp_path)
    second.clock.passed = first.clock.passed
    await remembered(second)
    second.queues = (QueueStats(depth=50, cpu_percent=99),)
    second.pass_time(10)
    await told(second)
    assert heard.raised == ["depth", "cpu"]
    second.queues = (QueueStats(depth=1, cpu_percent=1),)
    second.pass_time(60)
    await told(second)
    assert sorted(heard.cleared) == ["cpu", "depth"] and len(heard.raised) == 2
    await second.vitals._desk.close()


async def test_what_ended_unheard_is_told_by_the_next_run(tmp_path: Path) -> None:
    heard = Heard()
    first = telling(heard, tmp_path)
    deep(first, 50)
    await told(first)
    deep(first, 1, 3)
    assert first.raised() == set()
    await kept(first)
    await first.vitals._desk.close()
    second = telling(heard, tmp_path)
    await remembered(second)
    deep(second, 1)
    await told(second)
    assert (heard.raised, heard.cleared) == (["depth"], ["depth"])
    await second.vitals._desk.close()


async def test_of_two_processes_one_tells(tmp_path: Path) -> None:
    heard = Heard()
    one, two = telling(heard, tmp_path), telling(heard, tmp_path, "bob")
    for depth in (50, 1):
        for watch in (one, two):
            deep(watch, depth, 60)
        await asyncio.gather(told(one), told(two))
        assert all(watch.gather._calls for watch in (one, two)), "each rings its own bell"
    assert (heard.raised, heard.cleared) == (["depth"], ["depth"])
    for watch in (one, two):
        await watch.vitals._desk.close()


async def test_who_is_told_of_what_another_process_raised(tmp_path: Path) -> None:
    heard = Heard()
    one, two = telling(heard, tmp_path), telling(heard, tmp_path, "bob")
    deep(one, 50, 11)
    await kept(one)
    await one.vitals._desk.close()
    await kept(two)
    two.clock.passed = one.clock.passed
    deep(two, 50, 5)
    await told(two)
    assert heard.raised == ["depth"], "the one that raised it ended before it told anybody"
    await two.vitals._desk.close()


MAIL = {"name": "mail", "metric": "depth", "queue": "mail*", "threshold": 5}


def with_queue(watch: Watch, seconds: float) -> None:
    watch.queues = (QueueStats(depth=0), QueueStats(name="mail-fast", depth=9))
    watch.pass_time(seconds)


def test_an_alert_about_a_queue_that_vanished_is_over_and_says_why() -> None:
    watch = Watch(orders(MAIL))
    watch.lists = False
    with_queue(watch, 5)
    watch.queues = (QueueStats(depth=0),)
    watch.pass_time(50)
    assert watch.raised() == {"mail"}, "left out of a few answers"
    with_queue(watch, 5)
    watch.queues = (QueueStats(depth=0),)
    watch.pass_time(70)
    assert watch.raised() == set()
    assert watch.alert("mail").over == "no longer told"
    with_queue(watch, 5)
    assert watch.raised() == {"mail"} and watch.alert("mail").over is None, "and back with the queue"


def test_a_server_that_is_down_or_not_read_in_full_makes_nothing_vanish() -> None:
    watch = Watch(orders(MAIL))
    watch.lists = False
    with_queue(watch, 5)
    watch.queues = ()
    watch.phase(Phase.DOWN)
    watch.pass_time(300)
    assert "mail" in watch.raised()
    watch.phase(Phase.LIVE)
    watch.whole = False
    watch.pass_time(300)
    assert "mail" in watch.raised()
    watch.whole = True
    watch.pass_time(70)
    assert "mail" not in watch.raised()


def test_a_figure_that_the_server_tells_no_longer() -> None:
    watch = Watch()
    watch.queues = (QueueStats(depth=0, cpu_percent=99.0),)
    watch.pass_time(20)
    watch.queues = (QueueStats(depth=0),)
    watch.pass_time(70)
    assert (watch.raised(), watch.alert("cpu").over) == (set(), "no longer told")


async def test_a_queue_that_vanished_while_nobody_looked(tmp_path: Path) -> None:
    first = Watch(orders(MAIL, folder=tmp_path))
    first.lists = False
    with_queue(first, 5)
    await kept(first)
    await first.vitals._desk.close()
    second = Watch(orders(MAIL, folder=tmp_path))
    second.lists = False
    await remembered(second)
    second.queues = (QueueStats(depth=0),)
    second.pass_time(30)
    assert second.raised() == {"mail"}
    second.pass_time(60)
    assert second.raised() == set()
    await second.vitals._desk.close()


async def test_an_alert_about_a_server_that_nobody_watches_any_more(tmp_path: Path) -> None:
    first = Watch(Orders(folder=tmp_path))
    deep(first, 50)
    await kept(first)
    await first.vitals._desk.close()

    async def opened_later(hours: float) -> str | None:
        later = Watch(Orders(folder=tmp_path), name="two")
        later.clock.passed = first.clock.passed + hours * 3600
        await remembered(later)
        (alert,) = later.vitals._desk._kept.read(later.clock.monotonic())[0]  # type: ignore[union-attr, index]
        await later.vitals._desk.close()
        return alert.over

    assert await opened_later(23) is None, "somebody else may have watched it yesterday"
    assert await opened_later(25) == "no longer watched"


async def test_when_a_person_was_there_last_is_known_after_a_restart(tmp_path: Path) -> None:
    first = Watch(Orders(folder=tmp_path, who="ada"))
    deep(first, 1)
    first.vitals.touched()
    left_at = first.clock.now()
    deep(first, 50, 600)
    await kept(first)
    await first.vitals._desk.close()

    for who, expected in (("ada", left_at), ("bob", None)):
        second = Watch(Orders(folder=tmp_path, who=who))
        await remembered(second)
        assert second.vitals.take_left_at() == expected
        assert second.vitals.take_left_at() is None, "said once"
        assert [event.turn for event in second.vitals.events() if event.at > left_at] == ["raised"]
        await second.vitals._desk.close()


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def damaged(path: Path) -> None:
    path.write_bytes(b"this is no database, however long it is" * 100)


def in_the_way(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [(newer, "newer jobdash"), (damaged, "set aside as alerts.broken"), (in_the_way, "unable to open database file")],
)
async def test_a_file_that_cannot_be_used_is_told_once_and_alerts_go_on(
    tmp_path: Path, spoil: Callable[[Path], None], said: str
) -> None:
    spoil(tmp_path / "alerts.db")
    watch = Watch(Orders(folder=tmp_path, who="ada"))
    await goes_on(watch, said)


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    folder = tmp_path / "state"
    watch = Watch(Orders(folder=folder, who="ada"))
    await goes_on(watch, "not remembered beyond this run")
    await watch.vitals.history.flush(watch.clock.now())
    assert Looks(folder / "failures.db", watch.gather.trouble).read(0.0) is None
    watch.clock.passed += 60
    await watch.vitals.history.flush(watch.clock.now())
    assert len(watch.gather._notices) == 1, "one notice for all files"


def test_two_that_make_the_file_at_the_same_time(tmp_path: Path) -> None:
    notices: list[str] = []

    def begins(path: Path, together: threading.Barrier) -> None:
        file = KeptAlerts(path, notices.append)
        together.wait()
        assert file.read(0.0) is not None
        file.close()

    with ThreadPoolExecutor(2) as pool:
        for number in range(40):
            path, together = tmp_path / f"{number}.db", threading.Barrier(2)
            for begun in [pool.submit(begins, path, together) for _ in range(2)]:
                begun.result()
    assert notices == []


async def test_a_file_that_somebody_else_has_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobdash.engine.statefile.BUSY", 0.05)
    first = Watch(Orders(folder=tmp_path))
    await remembered(first)
    await first.vitals._desk.close()
    with closing(sqlite3.connect(tmp_path / "alerts.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        watch = Watch(Orders(folder=tmp_path, who="ada"))
        await goes_on(watch, "locked")
        other.execute("ROLLBACK")
        watch.clock.passed += 60
        await kept(watch)
        await watch.vitals._desk.close()
        second = Watch(Orders(folder=tmp_path))
        await remembered(second)
        assert second.turns() == watch.turns(), "what happened meanwhile was written when it could be"
        await second.vitals._desk.close()


async def test_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("jobdash.engine.alerts.kept._exchange", full)
    await goes_on(Watch(Orders(folder=tmp_path, who="ada")), "disk is full")


async def goes_on(watch: Watch, said: str) -> None:
    await remembered(watch)
    deep(watch, 50)
    await kept(watch)
    assert watch.vitals.acknowledge(DEPTH, "on it")
    deep(watch, 1)
    deep(watch, 50, 60)
    await kept(watch)
    assert watch.raised() == {"depth"} and watch.turns()[:2] == ["raised", "acknowledged"]
    await watch.vitals._desk.close()
    assert len(watch.gather._notices) == 1 and said in watch.gather._notices[0]


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    notices: list[str] = []
    file = StateFile(tmp_path / "some.db", "CREATE TABLE IF NOT EXISTS some (text);", 1, "something", notices.append)

    def fill(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA max_page_count = 3")
        connection.execute("INSERT INTO some VALUES (zeroblob(100000))")

    assert file.use(fill, 0.0) is None
    assert notices == [f"{tmp_path}: database or disk is full; what happens is not remembered beyond this run"]
    file.close()
