"""`alerts`, `alerts test` and `check`: the same rules as on the screen, without it."""

import asyncio
import json
from pathlib import Path

import pytest

from jobdash.config.paths import state_folder
from jobdash.engine.orders import Orders
from tests.cli.conftest import Cli
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


def test_check_by_a_rule_of_the_config(cli: Cli, config: Path) -> None:
    rule = 'name = "idle"\nmetric = "workers"\nis = ">="\nthreshold = 0\nseverity = "critical"\n'
    config.write_text(f"{config.read_text()}\n[[alerts]]\n{rule}")
    ran = cli("check", "--server", "docs")
    assert ran.code == 2 and "JOBDASH CRITICAL - docs: " in ran.out and "workers" in ran.out
