"""Commands that a server carries out as a new job, and restarts that end as they began."""

from jobdash.client.dialect import NewJob
from jobdash.engine.dispatch import _shows
from jobdash.model.command import Action, ActionRule, Command, Phase
from jobdash.model.job import JobKey
from jobdash.model.state import State
from tests.engine.conftest import running
from tests.engine.fake_clock import FakeClock
from tests.engine.fake_server import FakeServer, job

A = JobKey("one", "a")


async def test_a_new_job_proves_the_command_that_made_it(clock: FakeClock) -> None:
    server = FakeServer(clock)
    server.put("a", State.RUNNING)
    server.on_send = lambda _: NewJob("sent again as b", "b")
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        monitor.submit(Command(key=A, action=Action.CANCEL, seen_native_state="running"))
        await clock.advance(3)
        outcome = monitor.outcome(A)
        assert outcome is not None and outcome.phase is Phase.ACCEPTED
        server.put("b", State.PENDING)
        await clock.advance(3)
        outcome = monitor.outcome(A)
        assert outcome is not None and outcome.phase is Phase.CONFIRMED
        assert outcome.message.startswith("sent again as b; the job is ")
        assert monitor.job(JobKey("one", "b")) is not None


def test_a_restarted_job_that_failed_again_was_restarted() -> None:
    before = job(state=State.FAILED, native_state="failed", attempts=1)
    failed = job(state=State.FAILED, native_state="failed", attempts=2)
    for action, shown in ((Action.RESTART, True), (Action.CANCEL, False)):
        command = Command(key=A, action=action, seen_native_state="failed", seen_attempts=1)
        assert _shows(failed, ActionRule(), command, before) is shown
