"""A wish and what becomes of it: sent once or not at all, and nothing is called done that the server does not show."""

import re
from typing import Any

import pytest

from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor
from jobdash.model.command import Action, Command, Outcome, Phase
from jobdash.model.errors import (
    BadAnswer,
    Rejected,
    ServerError,
    ServerFault,
    Throttled,
    TimedOut,
    Unauthorised,
    Unreachable,
)
from jobdash.model.job import JobKey
from jobdash.model.state import State
from tests.engine.conftest import running
from tests.engine.fake_clock import FakeClock
from tests.engine.fake_server import FakeServer

A = JobKey("one", "a")


def cancel(seen: str = "running", attempts: int | None = None) -> Command:
    return Command(key=A, action=Action.CANCEL, seen_native_state=seen, seen_attempts=attempts)


@pytest.fixture
def server(clock: FakeClock) -> FakeServer:
    server = FakeServer(clock)
    server.put("a", State.RUNNING, attempts=1)
    return server


def outcome(monitor: Monitor) -> Outcome:
    found = monitor.outcome(A)
    assert found is not None
    return found


async def test_a_command_is_sent_once_and_confirmed_by_the_servers_own_state(
    clock: FakeClock, server: FakeServer
) -> None:
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        monitor.submit(cancel())
        assert outcome(monitor).phase is Phase.REQUESTED
        assert monitor.refusal(Action.CANCEL, A) == "cancel is still under way for this job"
        await clock.advance(1)
        assert outcome(monitor).phase is Phase.CONFIRMED
        assert len(server.sends) == 1
        found = monitor.job(A)
        assert found is not None
        assert found.state is State.CANCELLED


async def test_every_phase_is_told_in_a_batch(clock: FakeClock, server: FakeServer) -> None:
    server.delay = 1
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1.5)
        monitor.submit(cancel())
        phases: list[Phase] = []
        batches = monitor.batches()
        while Phase.CONFIRMED not in phases:
            await clock.advance(0.1)
            batch = await anext(batches) if monitor._known.gather._news.is_set() else None
            phases += [told.phase for told in batch.outcomes] if batch else []
            if batch:
                batches = monitor.batches()
        assert phases == [Phase.REQUESTED, Phase.ACCEPTED, Phase.CONFIRMED]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": State.COMPLETED}, "the job is completed now, it was running when you asked"),
        ({"state": State.RUNNING, "attempts": 2}, "the job is in attempt 2 now, it was in 1 when you asked"),
    ],
)
async def test_a_job_that_is_no_longer_what_was_seen_is_left_alone(
    clock: FakeClock, server: FakeServer, change: dict[str, State], words: str
) -> None:
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        server.put("a", **change)
        monitor.submit(cancel(attempts=1))
        await clock.advance(1)
        assert outcome(monitor).phase is Phase.REFUSED
        assert words in outcome(monitor).message
        assert server.asked["send"] == 0


async def test_a_job_that_is_gone_is_left_alone(clock: FakeClock, server: FakeServer) -> None:
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        del server.jobs["a"]
        monitor.submit(cancel())
        await clock.advance(1)
        assert outcome(monitor).phase is Phase.REFUSED
        assert monitor.is_gone(A)
        assert server.asked["send"] == 0
        assert monitor.refusal(Action.CANCEL, A) == "one no longer has this job"


async def test_what_the_state_forbids_is_not_sent(clock: FakeClock, server: FakeServer) -> None:
    server.put("a", State.PAUSED)
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        refusal = monitor.refusal(Action.CANCEL, A)
        monitor.submit(cancel("paused"))
        await clock.advance(1)
        assert refusal is not None
        assert refusal in outcome(monitor).message
        assert server.asked["send"] == 0


async def test_a_job_that_cannot_be_read_first_is_left_alone(clock: FakeClock, server: FakeServer) -> None:
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        server.troubles["job"] = Unreachable("refused")
        monitor.submit(cancel())
        await clock.advance(1)
        assert outcome(monitor).phase is Phase.FAILED
        assert server.asked["send"] == 0


@pytest.mark.parametrize(
    ("error", "phase"),
    [
        (Rejected("not now", status=409), Phase.REFUSED),
        (Unauthorised("no", status=403), Phase.REFUSED),
        (Throttled("slow down", status=429), Phase.REFUSED),
        (Unreachable("refused", sent=False), Phase.FAILED),
        (Unreachable("cut"), Phase.UNKNOWN),
        (TimedOut("no answer"), Phase.UNKNOWN),
        (ServerFault("500", status=500), Phase.UNKNOWN),
        (BadAnswer("HTML"), Phase.UNKNOWN),
    ],
)
async def test_whatever_happens_it_is_sent_once(
    clock: FakeClock, server: FakeServer, error: ServerError, phase: Phase
) -> None:
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        server.troubles["send"] = error
        monitor.submit(cancel())
        await clock.advance(60)
        assert outcome(monitor).phase is phase
        assert str(error) in outcome(monitor).message
        assert server.asked["send"] == 1
        assert monitor.refusal(Action.CANCEL, A) is None


async def test_a_cut_answer_is_read_back(clock: FakeClock, server: FakeServer) -> None:
    def cut(command: Command) -> str:
        server.put("a", State.CANCELLED)
        raise Unreachable("cut")

    server.on_send = cut
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        monitor.submit(cancel())
        await clock.advance(1)
        assert outcome(monitor).phase is Phase.CONFIRMED
        assert outcome(monitor).message == "cut; yet the job is cancelled now"


async def test_what_is_not_shown_within_30_seconds_is_not_confirmed(clock: FakeClock, server: FakeServer) -> None:
    server.on_send = lambda command: "will do"
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        monitor.submit(cancel())
        await clock.advance(40)
        assert outcome(monitor).phase is Phase.UNCONFIRMED
        assert outcome(monitor).message == "will do, but no confirmation after 30 s"


async def test_a_deleted_job_confirms_by_being_gone(clock: FakeClock, server: FakeServer) -> None:
    def delete(command: Command) -> str:
        del server.jobs["a"]
        return "deleted"

    server.on_send = delete
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        monitor.submit(Command(key=A, action=Action.DELETE, seen_native_state="running"))
        await clock.advance(1)
        assert outcome(monitor).phase is Phase.CONFIRMED
        assert monitor.is_gone(A)


async def test_a_restarted_job_is_followed_again(clock: FakeClock, server: FakeServer) -> None:
    server.put("a", State.FAILED, error="boom")

    def restart(command: Command) -> str:
        server.put("a", State.RUNNING)
        return "restarted"

    server.on_send = restart
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(20)
        monitor.submit(Command(key=A, action=Action.RESTART, seen_native_state="failed"))
        await clock.advance(2)
        server.put("a", State.COMPLETED)
        await clock.advance(6)
        found = monitor.job(A)
        assert found is not None
        assert (found.state, found.error) == (State.COMPLETED, None)


async def test_one_command_at_a_time_for_one_job(clock: FakeClock, server: FakeServer) -> None:
    server.delay = 1
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(2)
        monitor.submit(cancel())
        monitor.submit(cancel())
        await clock.advance(10)
        assert server.asked["send"] == 1
        assert outcome(monitor).phase is Phase.CONFIRMED


async def test_a_fault_of_our_own_is_told_and_not_for_ever_under_way(clock: FakeClock, server: FakeServer) -> None:
    def broken(command: Command) -> str:
        raise KeyError("message")

    server.on_send = broken
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        monitor.submit(cancel())
        await clock.advance(1)
        assert outcome(monitor).phase is Phase.UNKNOWN
        assert "internal error" in outcome(monitor).message
        assert monitor.refusal(Action.CANCEL, A) is None


async def test_an_unknown_server_is_refused(clock: FakeClock, server: FakeServer) -> None:
    key = JobKey("nowhere", "a")
    async with running(clock, server) as monitor:
        monitor.submit(Command(key=key, action=Action.CANCEL, seen_native_state="running"))
        found = monitor.outcome(key)
        assert found is not None
        assert found.phase is Phase.REFUSED


async def test_quitting_sends_nothing_more(clock: FakeClock, server: FakeServer) -> None:
    server.delay = 1
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(2)
        monitor.submit(cancel())
        await clock.advance(0.5)
    await clock.advance(60)
    assert server.asked["send"] == 0


@pytest.mark.parametrize("proof", [{"attempts": 2}, {"attempts": 1, "started_at": 20.0}, {"updated_at": 21.0}])
async def test_a_restarted_job_that_fails_again_at_once_is_confirmed(
    clock: FakeClock, server: FakeServer, proof: dict[str, Any]
) -> None:
    server.put("a", State.FAILED, attempts=1, started_at=10.0, finished_at=11.0, updated_at=11.0)

    def restart(command: Command) -> str:
        server.put("a", State.FAILED, **{"started_at": 10.0, "finished_at": 11.0, "updated_at": 11.0, **proof})
        return "restarted"

    server.on_send = restart
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        monitor.submit(Command(key=A, action=Action.RESTART, seen_native_state="failed", seen_attempts=1))
        await clock.advance(2)
        assert outcome(monitor).phase is Phase.CONFIRMED


async def test_a_restart_that_changed_nothing_is_not_confirmed(clock: FakeClock, server: FakeServer) -> None:
    server.put("a", State.FAILED, attempts=1, started_at=10.0, updated_at=11.0)
    server.on_send = lambda command: "will do"
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        monitor.submit(Command(key=A, action=Action.RESTART, seen_native_state="failed", seen_attempts=1))
        await clock.advance(40)
        assert outcome(monitor).phase is Phase.UNCONFIRMED


async def test_a_throttled_server_is_not_asked_and_says_until_when(clock: FakeClock, server: FakeServer) -> None:
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        server.trouble = Throttled("slow down", status=429, retry_after=60)
        await clock.advance(6)
        server.trouble = None
        before = server.requests()
        monitor.submit(cancel())
        await clock.advance(5)
        assert outcome(monitor).phase is Phase.REFUSED
        assert re.search(r"one asks to be left alone until \d\d:\d\d:\d\d", outcome(monitor).message)
        assert server.requests() == before


async def test_the_readings_of_commands_are_paid_from_the_budget(clock: FakeClock) -> None:
    server = FakeServer(clock, list=True)
    server.has([f"j{n}" for n in range(40)])
    server.on_send = lambda command: "will do"
    async with running(clock, server, limits=Limits(rate=2, burst=2)) as monitor:
        await clock.advance(10)
        before = server.asked["job"]
        for id in list(server.jobs):
            key = JobKey("one", id)
            monitor.submit(Command(key=key, action=Action.CANCEL, seen_native_state="running"))
        await clock.advance(10)
        assert server.asked["job"] - before <= 2 + 10 * 2
