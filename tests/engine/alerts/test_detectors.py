"""Every default rule: a case where it must fire, and the nearest normal case where it must not."""

from dataclasses import replace

import pytest

from jobdash.model.queue import QueueStats
from jobdash.model.server import Phase
from jobdash.model.state import State
from tests.engine.alerts.watch import Watch

WELL = {"total": 100, "failed": 2, "completed": 90, "depth": 3, "running": 5, "workers": 5}


@pytest.fixture
def watch() -> Watch:
    return Watch()


def ends(watch: Watch, prefix: str, count: int, *, failing: int = 0, type: str | None = None, runs: float = 10) -> None:
    """Jobs that run and end, some of them failing."""
    now = watch.clock.now()
    for n in range(count):
        watch.tell(f"{prefix}{n}", State.RUNNING, type=type, started_at=now - runs)
    for n in range(count):
        bad = n < failing
        watch.tell(
            f"{prefix}{n}",
            State.FAILED if bad else State.COMPLETED,
            type=type,
            started_at=now - runs,
            finished_at=now,
            error=f"ValueError: row {n}" if bad else None,
        )
    for n in range(count):
        watch.forget(f"{prefix}{n}")


@pytest.mark.parametrize(
    ("rule", "wrong", "normal", "words"),
    [
        ("failed", {"failed": 11}, {"failed": 10}, "failures 11 % of total"),
        ("cpu", {"cpu_percent": 90.5}, {"cpu_percent": 90.0}, "CPU at 90 %"),
        ("memory", {"memory_mb": 1001.0}, {"memory_mb": 1000.0}, "1,001 MB used"),
        ("depth", {"depth": 11}, {"depth": 10}, "11 jobs waiting"),
    ],
)
def test_c6_the_documents_four(
    watch: Watch, rule: str, wrong: dict[str, float], normal: dict[str, float], words: str
) -> None:
    watch.queues = (QueueStats(**{**WELL, **normal}),)  # type: ignore[arg-type]
    watch.pass_time(60)
    assert watch.raised() == set()
    watch.queues = (QueueStats(**{**WELL, **wrong}),)  # type: ignore[arg-type]
    watch.pass_time(60)
    assert watch.raised() == {rule}
    assert watch.alert(rule).words == words


@pytest.mark.parametrize("odd", [None, float("nan"), -5.0, float("inf")])
def test_statistics_that_cannot_be_raise_nothing(watch: Watch, odd: float | None) -> None:
    watch.lists = False
    figures = dict.fromkeys(("depth", "running", "failed", "total", "workers", "cpu_percent", "memory_mb"), odd)
    watch.queues = (QueueStats(**figures),)
    watch.pass_time(120)
    assert watch.raised() == set()


def test_a_server_that_is_down(watch: Watch) -> None:
    watch.pass_time(5)
    watch.phase(Phase.DOWN)
    watch.pass_time(9)
    watch.phase(Phase.LIVE)
    watch.pass_time(5)
    assert watch.turns() == [], "a hiccup wakes nobody"
    watch.phase(Phase.DOWN)
    watch.pass_time(12)
    assert watch.raised() == {"server down"}
    watch.phase(Phase.LIVE)
    watch.pass_time(2)
    assert watch.raised() == set()


def test_a_server_that_is_silent(watch: Watch) -> None:
    watch.phase(Phase.STALE)
    watch.pass_time(14)
    assert watch.raised() == set()
    watch.pass_time(4)
    assert watch.raised() == {"server stale"}


def test_no_workers_while_jobs_wait(watch: Watch) -> None:
    for normal in ({"depth": 0, "workers": 0}, {"depth": 5, "workers": 0, "paused": True}, {"depth": 5}):
        watch.queues = (QueueStats(running=0, **normal),)  # type: ignore[arg-type]
        watch.pass_time(60)
        assert watch.raised() == set(), normal
    watch.queues = (QueueStats(running=0, depth=5, workers=0),)
    watch.pass_time(40)
    assert watch.raised() == {"no workers"}
    assert watch.alert("no workers").words == "no workers while 5 jobs wait"


def test_a_queue_that_nobody_works_on(watch: Watch) -> None:
    busy = QueueStats(name="mail", depth=3, running=1, workers=2)
    for normal in ({"depth": 0, "workers": 0}, {"depth": 5, "workers": 0, "paused": True}, {"depth": 5}):
        watch.queues = (QueueStats(depth=8, running=1), busy, QueueStats(name="parked", **normal))  # type: ignore[arg-type]
        watch.pass_time(60)
        assert watch.raised() == set(), normal
    parked = QueueStats(name="parked", depth=1, workers=0)
    watch.queues = (QueueStats(depth=8, running=1), busy, parked)
    watch.pass_time(40)
    assert watch.raised() == {"unserved"}
    alert = watch.alert("unserved")
    assert (alert.key.queue, alert.words) == ("parked", "no workers while 1 job waits")
    watch.queues = (QueueStats(depth=8, running=0, workers=0), replace(busy, workers=0), parked)
    watch.pass_time(120)
    assert watch.raised() == {"no workers"}, "where nobody works at all, that is said once"


def test_stuck_and_overdue_jobs(watch: Watch) -> None:
    watch.tell("a", State.RUNNING)
    watch.pass_time(5)
    assert watch.raised() == set()
    watch.tell("a", State.STUCK)
    watch.pass_time(2)
    assert watch.raised() == {"stuck"}
    assert watch.alert("stuck").words == "1 job stuck"
    assert watch.alert("stuck").query == "server:one state:stuck"
    change = watch.store.mark(watch.store.get(next(iter(watch.store)).key).key, overdue=True)  # type: ignore[union-attr]
    assert change is not None
    watch.vitals.noticed(change)
    watch.pass_time(2)
    assert watch.raised() == {"stuck", "overdue"}
    watch.tell("a", State.COMPLETED)
    watch.pass_time(2)
    assert watch.raised() == set()


def test_a_job_that_stops_moving_and_one_that_is_slow_but_moves(watch: Watch) -> None:
    for n in range(5):
        watch.tell("dead", State.RUNNING, progress=n * 10.0)
        watch.tell("slow", State.RUNNING, progress=float(n))
        watch.pass_time(40)
    for n in range(10):
        watch.tell("slow", State.RUNNING, progress=5.0 + n)
        watch.pass_time(60)
    assert watch.raised() == {"stalled"}
    assert watch.alert("stalled").query == "server:one id:dead"


def test_a_server_that_tells_progress_in_one_jump_is_not_stalled(watch: Watch) -> None:
    watch.tell("a", State.RUNNING, progress=0.0)
    watch.pass_time(1800, 5)
    watch.tell("a", State.RUNNING, progress=99.0)
    watch.pass_time(1800, 5)
    assert watch.raised() == set()


def test_jobs_are_not_blamed_for_a_silent_server_or_for_nobody_asking(watch: Watch) -> None:
    for n in range(5):
        watch.tell("a", State.RUNNING, progress=n * 10.0)
        watch.pass_time(10)
    watch.paused = True
    watch.pass_time(900)
    watch.paused = False
    assert "stalled" not in watch.raised()
    watch.phase(Phase.DOWN)
    watch.pass_time(900)
    watch.phase(Phase.LIVE)
    watch.pass_time(20)
    assert "stalled" not in watch.raised()


def test_a_queue_that_does_not_drain_while_workers_idle(watch: Watch) -> None:
    watch.queues = (QueueStats(depth=4, running=1, workers=3),)
    watch.pass_time(290)
    assert watch.raised() == set()
    watch.pass_time(20)
    assert watch.raised() == {"not draining"}


def test_a_paused_a_busy_or_a_slowly_draining_queue_is_normal(watch: Watch) -> None:
    for normal in (
        QueueStats(depth=4, running=1, workers=3, paused=True),
        QueueStats(depth=4, running=3, workers=3),
        QueueStats(depth=0, running=0, workers=3),
        QueueStats(depth=4, running=1),
    ):
        watch.queues = (normal,)
        watch.pass_time(400)
        assert watch.raised() == set(), normal
    for done in range(6):
        watch.queues = (QueueStats(depth=4, running=1, workers=3, completed=done, failed=0),)
        watch.pass_time(100)
    assert watch.raised() == set(), "something was taken up every hundred seconds"


def test_the_oldest_waiting_job(watch: Watch) -> None:
    began = watch.clock.now()
    watch.tell("old", State.PENDING, created_at=began)
    watch.tell("later", State.SCHEDULED, created_at=began - 90_000)
    watch.pass_time(1790, 10)
    assert watch.raised() == set()
    watch.pass_time(30)
    assert watch.raised() == {"oldest waiting"}
    assert watch.alert("oldest waiting").words == "oldest waiting 30m"
    watch.tell("old", State.RUNNING)
    watch.tell("later", State.PENDING, created_at=began - 90_000)
    watch.pass_time(5)
    assert watch.raised() == set(), "a job that was scheduled waits only since it was due"


def test_a_burst_of_failures_and_a_nightly_burst_of_work(watch: Watch) -> None:
    for hour in range(6):
        ends(watch, f"h{hour}-", 40, failing=1)
        watch.pass_time(600, 10)
    ends(watch, "night-", 2000, failing=50)
    watch.pass_time(60)
    assert "failure burst" not in watch.raised(), "fifty failures in two thousand are the usual share"
    watch.pass_time(900, 10)
    ends(watch, "two-", 4, failing=4)
    watch.pass_time(60)
    assert "failure burst" not in watch.raised(), "four failures prove nothing"
    watch.pass_time(900, 10)
    ends(watch, "bad-", 40, failing=20)
    watch.pass_time(60)
    assert "failure burst" in watch.raised()


def test_a_new_kind_of_error(watch: Watch) -> None:
    ends(watch, "first-", 5, failing=2)
    watch.pass_time(700, 10)
    ends(watch, "again-", 9, failing=5)
    watch.pass_time(5)
    assert "new error" not in watch.raised(), "the same kind with other figures, and the first while learning"
    watch.tell("x", State.RUNNING)
    watch.tell("x", State.FAILED, error="KeyError: 'customer'")
    watch.pass_time(5)
    assert "new error" in watch.raised()
    watch.pass_time(700, 10)
    assert "new error" not in watch.raised()


def test_a_job_that_runs_longer_than_its_type_and_one_of_a_slow_type(watch: Watch) -> None:
    ends(watch, "quick-", 30, type="quick", runs=10)
    ends(watch, "slow-", 30, type="slow", runs=600)
    ends(watch, "rare-", 3, type="rare", runs=1)
    now = watch.clock.now()
    for type in ("slow", "rare", "never-seen"):
        watch.tell(f"normal-{type}", State.RUNNING, type=type, started_at=now)
    watch.pass_time(120)
    assert "overlong" not in watch.raised()
    watch.tell("long", State.RUNNING, type="quick", started_at=now)
    watch.pass_time(60)
    assert "overlong" in watch.raised()
    assert watch.alert("overlong").query == "server:one id:long"


def test_a_long_job_that_goes_on_moving_is_normal(watch: Watch) -> None:
    ends(watch, "quick-", 30, type="quick", runs=10)
    began = watch.clock.now()
    for n in range(20):
        watch.tell("big", State.RUNNING, type="quick", started_at=began, progress=float(n))
        watch.pass_time(20 if n > 4 else 1)
    assert "overlong" not in watch.raised()


def test_the_estimated_wait(watch: Watch) -> None:
    watch.tell("a", State.PENDING, estimated_wait=1400.0)
    watch.pass_time(5)
    assert watch.raised() == set()
    watch.tell("b", State.PENDING, estimated_wait=1900.0)
    watch.pass_time(5)
    assert watch.raised() == {"estimated wait"}
    watch.tell("b", State.RUNNING)
    watch.pass_time(5)
    assert watch.raised() == set()


def test_counters_that_reset_raise_nothing(watch: Watch) -> None:
    watch.queues = (QueueStats(depth=0, completed=100_000, failed=50, total=100_050),)
    watch.pass_time(100)
    watch.queues = (QueueStats(depth=0, completed=0, failed=0, total=0),)
    watch.pass_time(100)
    watch.queues = (QueueStats(depth=0, completed=40, failed=1, total=41),)
    watch.pass_time(100)
    assert watch.turns() == []


def test_very_many_running_jobs_are_looked_at_in_pieces(watch: Watch) -> None:
    ends(watch, "usual", 25, type="parse")
    long_ago = watch.clock.now() - 3600
    for n in range(2_000):
        watch.tell(f"r{n}", State.RUNNING, type="parse", started_at=long_ago)
    steps = []
    for _ in range(12):
        watch.clock.passed += 1
        steps.append(sum(1 for _ in watch.vitals._steps()))
    assert max(steps) >= min(steps) + 4, "others have their turn between the pieces"
    assert len(watch.vitals.sight.slow["one"].overlong) == 2_000
