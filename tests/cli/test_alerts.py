"""`alerts`, `alerts test` and `check`: the same rules as on the screen, without it."""

import asyncio
import json
from pathlib import Path

import pytest

from jobdash.config.paths import state_folder
from jobdash.engine.clock import SystemClock
from jobdash.engine.history.history import History
from jobdash.engine.history.kept import KeptShelf
from jobdash.engine.metrics.place import Place
from jobdash.engine.orders import Orders
from jobdash.headless.alerts import unwatched
from tests.cli.conftest import Cli
from tests.demo_process import DemoProcess
from tests.engine.alerts.test_life import DEPTH, deep, kept
from tests.engine.alerts.watch import Watch


@pytest.fixture
def raised(config: Path) -> None:
    """The screen was open and has raised an alert."""
    watch = Watch(Orders(folder=state_folder(), who="ada"))
    deep(watch, 50)
    watch.vitals.acknowledge(DEPTH, "on it")

    async def write() -> None:
        await kept(watch)
        await watch.vitals._desk.close()

    asyncio.run(write())


@pytest.mark.usefixtures("raised")
def test_what_is_remembered(cli: Cli) -> None:
    ran = cli("alerts")
    assert "50 jobs waiting" in ran.out and "by ada" in ran.out
    assert ran.code == 0, "nobody is called: it is acknowledged"
    found = json.loads(cli("alerts", "--json").out)
    assert (found["rule"], found["server"], found["note"], found["cleared_at"]) == ("depth", "one", "on it", None)


def test_what_is_remembered_is_told_as_it_was_last_and_since_when(cli: Cli, config: Path) -> None:
    watch = Watch(Orders(folder=state_folder(), who="ada"))
    deep(watch, 50)

    async def write() -> None:
        await kept(watch)
        deep(watch, 1312, 61)
        await kept(watch)
        await watch.vitals._desk.close()

    asyncio.run(write())
    ran = cli("alerts")
    assert "1,312 jobs waiting" in ran.out and ran.code == 1
    now = watch.clock.now()
    (alert,) = watch.vitals.alerts()
    assert list(unwatched([alert], {"one": now - 60}, now)) == []
    doubt = "one: no jobdash has watched it for 1h; its alerts are as they were then"
    assert list(unwatched([alert], {"one": now - 3600}, now)) == [doubt]


@pytest.mark.usefixtures("config")
def test_no_alerts_at_all(cli: Cli) -> None:
    ran = cli("alerts", "--json")
    assert (ran.code, ran.out) == (0, "")


def test_rules_on_trial(cli: Cli, config: Path) -> None:
    config.write_text(config.read_text() + '\n[[alerts]]\nname = "cpu"\nthreshold = "5m"\n')
    ran = cli("alerts", "test", "--server", "docs")
    assert ran.code == 2
    assert "alerts[1].threshold: percent" in ran.err
    rules = [line.split()[0] for line in ran.out.splitlines()[1:] if line.strip()]
    assert {"failed", "cpu", "memory", "depth"} <= set(rules)


SCOPED = """
[[alerts]]
name = "all jobs"
query = "state:completed,failed,running,pending,stuck"
[[alerts]]
name = "some types"
query = "-state:cancelled"
type = "hash*"
[[alerts]]
name = "by type"
metric = "depth"
type = "*"
is = ">="
threshold = 0
[[alerts]]
name = "no such queue"
metric = "depth"
queue = "mail*"
threshold = 5
"""


def test_rules_with_a_query_and_about_types_say_what_they_say_now_and_of_the_past(
    cli: Cli, config: Path, demo: DemoProcess
) -> None:
    demo.submit("jobstatus", "hash-files", package="json", start=1, count=1)
    demo.submit("jobstatus", "syntax-error")
    config.write_text(config.read_text() + SCOPED)
    found = {(r["rule"], r["type"]): r for r in cli("alerts", "test", "--server", "crawl", "--json").records}
    jobs = int(cli("list", "--server", "crawl", "--count").out)
    assert found["all jobs", None]["value"] == jobs > 0 and found["all jobs", None]["raised"]
    hashes = int(cli("list", "type:hash*", "--server", "crawl", "--count").out)
    assert found["some types", None]["value"] == hashes > 0
    assert found["some types", None]["past"] is None
    assert found["some types", None]["told"] == "cannot be told: history keeps figures, not jobs"
    types = {type for rule, type in found if rule == "by type"}
    assert types == {json.loads(line)["type"] for line in cli("list", "--server", "crawl", "--json").lines}
    missing = found["no such queue", None]
    assert (missing["queue"], missing["says"]) == ("mail*", "unknown: not told")
    assert missing["told"] == "cannot be told: nothing is recorded"
    assert found["stalled", None]["says"] == "unknown: it takes watching"


def test_what_a_rule_about_a_queue_would_have_said_of_the_recorded_day(cli: Cli, config: Path) -> None:
    config.write_text(config.read_text() + SCOPED)
    clock = SystemClock()
    history = History(KeptShelf(state_folder() / "history.db", clock, pytest.fail))
    for second in range(7200):
        depth = 9.0 if 3000 <= second < 3600 else 1.0
        history.record(Place("crawl", "mail-fast").series, {"depth": depth}, clock.now() - 7200 + second)
    history.close(clock.now())
    ran = cli("alerts", "test", "--server", "crawl")
    (line,) = [line for line in ran.lines if line.startswith("no such queue")]
    assert "crawl/mail-fast" in line and "raised once, " in line and "in all" in line
    short = cli("alerts", "test", "--server", "crawl", "--json", "--over", "30m").records
    told = {r["rule"]: r["told"] for r in short if r["queue"]}
    assert told["no such queue"] == "never raised", "it was earlier than that"
    assert told["unserved"] == "cannot be told: nothing is recorded"


def test_a_server_that_is_not_there_stops_no_trial(cli: Cli, config: Path) -> None:
    config.write_text(f'{config.read_text()}\n[[servers]]\nname = "gone"\nurl = "http://127.0.0.1:9"\ndialect = "rq"\n')
    ran = cli("alerts", "test", "--server", "docs", "--server", "gone")
    assert "gone: " in ran.err and "refused" in ran.err
    assert any(line.startswith("depth ") and "docs" in line for line in ran.lines)


def test_check_by_a_rule_of_the_config(cli: Cli, config: Path) -> None:
    rule = 'name = "idle"\nmetric = "workers"\nis = ">="\nthreshold = 0\nseverity = "critical"\n'
    config.write_text(f"{config.read_text()}\n[[alerts]]\n{rule}")
    ran = cli("check", "--server", "docs")
    assert ran.code == 2 and "JOBDASH CRITICAL - docs: " in ran.out and "workers" in ran.out
