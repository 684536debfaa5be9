"""Who looks and when: freezing, waking up after a sleep, the pace a person chooses, and what is remembered."""

from jobdash.engine.alerts.reading import rules_of
from jobdash.engine.limits import Limits
from jobdash.engine.orders import Orders
from jobdash.model.command import Action, Command
from jobdash.model.job import JobKey
from jobdash.model.server import Phase
from jobdash.model.state import State
from tests.engine.conftest import running
from tests.engine.fake_clock import FakeClock
from tests.engine.fake_server import FakeServer, report


async def test_while_nobody_looks_nothing_is_polled_and_then_everything_at_once(clock: FakeClock) -> None:
    server = FakeServer(clock, list=True, queues=True, long_poll=True)
    server.has("ab")
    async with running(clock, server, jobs=("z",), limits=Limits(long_poll=5), orders=Orders(rules=())) as monitor:
        await clock.advance(10)
        monitor.look_at(JobKey("one", "a"))
        await clock.advance(10)
        monitor.pause_watching("frozen")
        monitor.pause_watching("unfocused")
        await clock.advance(10)
        before = server.requests()
        await clock.advance(100)
        assert server.requests() == before
        status = monitor.servers()[0].status
        assert (status.phase, status.message, status.rests) == (Phase.STALE, "it is not asked now", "frozen")
        monitor.resume_watching("frozen")
        await clock.advance(10)
        assert monitor.pauses == ("unfocused",)
        assert server.requests() == before
        server.put("a", State.COMPLETED)
        monitor.resume_watching()
        await clock.advance(0.5)
        found = monitor.job(JobKey("one", "a"))
        assert found is not None
        assert found.state is State.COMPLETED
        assert server.asked["queues"] and monitor.servers()[0].status.rests is None


async def test_what_alerts_need_is_asked_for_more_rarely_while_nobody_looks(clock: FakeClock) -> None:
    server, other = FakeServer(clock, list=True, queues=True), FakeServer(clock, "two", list=True, queues=True)
    server.has("ab")
    rules, _ = rules_of([{"name": "late", "metric": "depth", "is": ">", "threshold": 3, "server": "one"}], ())
    assert rules
    async with running(clock, server, other, jobs=("z",), orders=Orders(rules=rules)) as monitor:
        await clock.advance(20)
        monitor.pause_watching("frozen")
        await clock.advance(10)
        before, others = server.asked.copy(), other.requests()
        await clock.advance(300)
        for kind in ("page", "queues"):
            assert 9 <= server.asked[kind] - before[kind] <= 21
        assert server.requests() - before.total() <= 50
        assert other.requests() == others
        assert monitor.servers()[0].status.phase is Phase.LIVE


async def test_a_person_who_asks_is_answered_although_the_display_is_frozen(clock: FakeClock) -> None:
    server = FakeServer(clock, list=True)
    server.has("ab")
    async with running(clock, server, orders=Orders(rules=())) as monitor:
        await clock.advance(10)
        monitor.pause_watching("frozen")
        await clock.advance(10)
        before = server.asked.copy()
        monitor.look_at(JobKey("one", "b"))
        await clock.advance(60)
        assert server.asked["job"] - before["job"] == 1
        assert server.asked["page"] == before["page"]
        monitor.refresh()
        await clock.advance(60)
        assert 1 <= server.asked["page"] - before["page"] <= 2


async def test_streams_go_on_while_nobody_looks(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True)
    server.put("a")
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(2)
        monitor.pause_watching("frozen")
        server.streams[0][1].say(report("a", progress=44.0, partial=True))
        await clock.advance(1)
        found = monitor.job(JobKey("one", "a"))
        assert found is not None
        assert found.progress == 44.0


async def test_after_a_sleep_everything_is_stale_until_it_was_asked_for_again(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True, queues=True)
    server.put("a")
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(10)
        opened, asked = server.asked["stream"], server.asked["job"]
        server.delay, server.greets = 0.5, False
        clock.jump(3600)
        await clock.advance(1)
        status = monitor.servers()[0].status
        assert status.phase is Phase.STALE
        assert status.message == "this computer slept or its clock was set"
        await clock.advance(2)
        assert monitor.servers()[0].status.phase is Phase.LIVE
        assert server.asked["job"] > asked
        assert server.asked["stream"] == opened + 1
        assert len(server.open_streams()) == 1


async def test_a_clock_that_is_set_back_is_noticed_and_harms_nothing(clock: FakeClock) -> None:
    server = FakeServer(clock, feed=True, list=True)
    server.put("a")
    async with running(clock, server) as monitor:
        await clock.advance(10)
        pages = server.asked["page"]
        clock.jump(-7200)
        await clock.advance(5)
        assert server.asked["page"] > pages
        assert monitor.servers()[0].status.phase is Phase.LIVE
        assert len(server.open_streams()) == 1


async def test_a_person_polls_faster_and_slower(clock: FakeClock) -> None:
    server = FakeServer(clock)
    server.put("a")
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(1)
        assert monitor.change_pace("one", 0.5) == 2.5
        await clock.advance(1)
        asked = server.asked["job"]
        await clock.advance(25)
        assert server.asked["job"] - asked == 10
        assert monitor.servers()[0].status.interval == 2.5
        assert monitor.change_pace("one", 1e-9) == 1.0


async def test_the_oldest_ended_jobs_leave_first_and_failed_ones_stay_longer(clock: FakeClock) -> None:
    server = FakeServer(clock, feed=True)
    async with running(clock, server, limits=Limits(most_kept=100)) as monitor:
        await clock.advance(1)
        stream = server.streams[0][1]
        stream.say(report("live", State.RUNNING))
        stream.say(report("marked", State.COMPLETED, finished_at=0.5))
        stream.say(report("failed", State.FAILED, finished_at=1.0))
        await clock.advance(1)
        monitor.board.mark(JobKey("one", "marked"))
        for number in range(500):
            stream.say(report(f"j{number:03}", State.COMPLETED, finished_at=10.0 + number))
        await clock.advance(1)
        assert monitor.total() == 100
        assert len(monitor.view) == 100
        for id in ("live", "marked", "failed", "j499"):
            assert monitor.job(JobKey("one", id)) is not None
        assert monitor.job(JobKey("one", "j100")) is None
        monitor.board.clear_marks()
        await clock.advance(2)
        stream.say(report("one more", State.COMPLETED, finished_at=2000.0))
        await clock.advance(1)
        assert monitor.job(JobKey("one", "marked")) is None


async def test_what_leaves_leaves_nothing_behind(clock: FakeClock) -> None:
    server = FakeServer(clock, list=True, stream=True)
    server.deadline = 1000
    server.has([f"j{n:03}" for n in range(50)], State.RUNNING)
    async with running(clock, server, jobs=("j001", "x1", "x2"), limits=Limits(most_jobs=60, most_kept=20)) as monitor:
        await clock.advance(20)
        monitor.look_at(JobKey("one", "j002"))
        monitor.submit(Command(key=JobKey("one", "j003"), action=Action.CANCEL, seen_native_state="running"))
        await clock.advance(2)
        server.has(list(server.jobs), State.COMPLETED)
        await clock.advance(70)
        monitor.look_at(None)
        server.jobs.clear()
        for number in range(60):
            server.put(f"k{number:03}", State.COMPLETED, finished_at=1e6 + number)
        await clock.advance(400)
        assert monitor.total() == 20
        known, watch = monitor._known, monitor._watches["one"]
        left = {key.id for key in (job.key for job in known.store)}
        assert {key.id for key in known.store._heard} <= left
        assert {key.id for key in known._gone} <= left
        assert {key.id for key in monitor._commands.outcomes} <= left
        assert len(monitor._overdue._deadlines) == 0
        follower = watch.follower
        assert set(follower.followed) <= left
        assert not follower._paces
        assert not follower._once
        assert not follower.running
        assert not follower.streamed
        assert len(follower._schedule) == 0
        assert len(watch._lister._seen) <= 60
        assert not watch._lister._live
        assert not watch._streams._tasks
        assert not watch._streams._rests
        assert {key.id for key in known.details._views} <= left


async def test_a_job_whose_server_has_no_names_is_called_as_we_call_it(clock: FakeClock) -> None:
    server = FakeServer(clock, stream=True)
    server.put("a")
    async with running(clock, server, jobs=("a",)) as monitor:
        await clock.advance(2)
        monitor.track("one", ["a", "b"], {"a": "first", "b": "second"})
        server.put("b")
        await clock.advance(10)
        names = {id: job.label for id in "ab" if (job := monitor.job(JobKey("one", id))) is not None}
        assert names == {"a": "first", "b": "second"}
