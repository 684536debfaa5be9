"""Who is told when: together, not too often, quietly at night; and the ways to tell a program and an address."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from jobdash.engine.notify.call import Call, TellingFailed
from jobdash.engine.notify.command import CommandTeller
from jobdash.engine.notify.outbox import Manners, Outbox, quiet_hours
from jobdash.engine.notify.post import PostTeller
from jobdash.model.alert import Alert, AlertKey, Severity
from jobdash.model.errors import BadAnswer, Rejected, ServerFault


def alert(rule: str = "depth", severity: Severity = Severity.WARNING, **more: Any) -> Alert:
    return Alert(
        key=AlertKey(rule, "docs"), severity=severity, words=f"{rule} is wrong", limit="above 1", raised_at=0.0, **more
    )


def outbox(**manners: Any) -> Outbox:
    return Outbox(Manners(**manners), lambda at: int(at // 60) % 1440)


def rules(call: Call | None) -> list[str]:
    assert call is not None
    return [alert.key.rule for alert in call.raised]


def test_what_comes_together_is_told_together_and_not_too_often() -> None:
    box = outbox()
    box.raised(alert("a"), 100)
    assert box.due(100) is None
    box.raised(alert("b"), 101)
    call = box.due(102)
    assert rules(call) == ["a", "b"] and call is not None and call.title == "jobdash: 2 alerts"
    assert call.body == "docs: a is wrong; docs: b is wrong"
    for second in range(103, 160):
        box.raised(alert(f"c{second}"), second)
        assert box.due(second) is None
    assert len(rules(box.due(163))) == 57
    assert box.due(10_000) is None


def test_what_was_told_is_told_to_be_over_and_what_was_not_is_not_told_at_all() -> None:
    box = outbox(every=10)
    box.raised(alert("a"), 0)
    box.due(5)
    box.cleared(alert("a"), 6)
    box.raised(alert("b"), 7)
    box.cleared(alert("b"), 8)
    call = box.due(20)
    assert call is not None and not call.raised and [a.key.rule for a in call.cleared] == ["a"]
    assert call.severity is None and call.title == "jobdash: 1 cleared"


def test_one_that_comes_back_before_it_was_told_to_be_over_is_told_to_be_over_in_the_end() -> None:
    box = outbox(every=60)
    box.raised(alert("a"), 0)
    box.due(5)
    box.cleared(alert("a"), 10)
    box.raised(alert("a"), 20)
    box.cleared(alert("a"), 30)
    call = box.due(70)
    assert call is not None and not call.raised and [a.key.rule for a in call.cleared] == ["a"]


def test_one_that_outlasts_its_mute_is_told_then() -> None:
    box = outbox(every=1)
    box.raised(alert("before"), 0)
    box.seen_to(alert("before", muted_until=500.0), 1)
    box.raised(alert("meanwhile", muted_until=500.0), 100)
    box.raised(alert("over", muted_until=500.0), 100)
    box.cleared(alert("over", cleared_at=200.0), 200)
    assert box.due(499) is None
    assert rules(box.due(503)) == ["before", "meanwhile"]


def test_what_nobody_found_well_is_not_called_well() -> None:
    over = alert("depth", cleared_at=5.0, over="no longer told")
    assert Call(9.0, (), (over,)).body == "docs: no longer told: depth"
    assert Call(9.0, (), (over,)).as_json()["cleared"][0]["over"] == "no longer told"


def test_who_was_seen_to_or_is_muted_or_only_informs_calls_nobody() -> None:
    box = outbox()
    box.raised(alert("a"), 0)
    box.seen_to(alert("a", acknowledged_at=1.0), 1)
    box.raised(alert("b", muted_until=500.0), 0)
    box.raised(alert("c", Severity.INFO), 0)
    box.raised(alert("d", notify=False), 0)
    assert box.due(60) is None


def test_quiet_hours_let_only_the_critical_through_and_the_rest_in_the_morning() -> None:
    box = outbox(quiet=quiet_hours("22:00-07:00"))
    night, morning = 23 * 3600, 86400 + 7 * 3600
    box.raised(alert("late"), night)
    box.raised(alert("fire", Severity.CRITICAL), night)
    assert rules(box.due(night + 5)) == ["fire"]
    assert box.due(morning - 60) is None
    assert rules(box.due(morning)) == ["late"]


@pytest.mark.parametrize("text", ["", "22:00", "25:00-07:00", "22-7", "a-b"])
def test_no_quiet_hours(text: str) -> None:
    with pytest.raises(ValueError, match="two times"):
        quiet_hours(text)


CALL = Call(1000.0, (alert(value=float("1e6")),))


async def test_a_command_gets_json_and_no_shell(tmp_path: Path) -> None:
    script = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read())"
    told = tmp_path / "told; touch pwned"
    await CommandTeller([sys.executable, "-c", script, str(told)]).tell(CALL)
    found = json.loads(told.read_text())
    assert found["title"] == "jobdash: 1 alert" and found["raised"][0]["rule"] == "depth"
    assert found["raised"][0]["queue"] is None and found["severity"] == "warning"
    assert os.listdir(tmp_path) == [told.name]  # noqa: PTH208 - in a coroutine


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["/no/such/program"], "cannot be run: No such file"),
        ([sys.executable, "-c", "raise SystemExit(3)"], "ended with exit code 3"),
        ([sys.executable, "-c", "import time; time.sleep(60)"], "did not end within 0.5 s"),
    ],
)
async def test_a_command_that_fails_is_told_of(argv: list[str], said: str) -> None:
    with pytest.raises(TellingFailed, match=said):
        await CommandTeller(argv, within=0.5).tell(CALL)


async def test_a_command_is_ended_with_what_it_started(tmp_path: Path) -> None:
    told = tmp_path / "child"
    script = (
        "import subprocess, sys, time; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        f"open({str(told)!r}, 'w').write(str(child.pid)); time.sleep(60)"
    )
    telling = asyncio.create_task(CommandTeller([sys.executable, "-c", script], within=30).tell(CALL))
    while not (told.exists() and told.read_text()):
        await asyncio.sleep(0.01)
    telling.cancel()
    await asyncio.gather(telling, return_exceptions=True)
    child = psutil.Process(int(told.read_text())) if psutil.pid_exists(int(told.read_text())) else None
    assert child is None or await asyncio.to_thread(ended, child)


def ended(child: psutil.Process) -> bool:
    """Whether it ends, or only waits for somebody to notice that it has."""
    try:
        while child.status() != psutil.STATUS_ZOMBIE:
            child.wait(timeout=10)
    except psutil.NoSuchProcess:
        pass
    return True


class Waits:
    """A clock that only counts how long it was slept on."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> float:
        return 0.0

    monotonic = now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


async def test_a_post_is_tried_again_with_back_off() -> None:
    answers: list[Exception | None] = [ServerFault("503", status=503), ServerFault("503", status=503), None]
    bodies = []

    async def post(body: Any) -> None:
        bodies.append(body)
        if (answer := answers.pop(0)) is not None:
            raise answer

    clock = Waits()
    await PostTeller(post, "hooks.example", clock, lambda: 1.0).tell(CALL)
    assert len(bodies) == 3 and clock.slept == [2, 4]


@pytest.mark.parametrize(
    ("error", "times"), [(Rejected("no such hook"), 1), (BadAnswer("no JSON"), 1), (ServerFault("in trouble"), 4)]
)
async def test_a_post_that_fails_is_told_of(error: Exception, times: int) -> None:
    asked = []

    async def post(body: Any) -> None:
        asked.append(body)
        raise error

    with pytest.raises(TellingFailed, match=r"^hooks.example: "):
        await PostTeller(post, "hooks.example", Waits(), lambda: 0.0).tell(CALL)
    assert len(asked) == times
