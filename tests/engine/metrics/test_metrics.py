"""What is measured from changes: rates, latencies, waiting, and that what is not known stays unknown."""

import pytest

from jobdash.engine.metrics.counters import Counters
from jobdash.engine.metrics.latency import Latency
from jobdash.engine.metrics.metrics import Metrics
from jobdash.engine.metrics.place import Place
from jobdash.engine.metrics.tally import Tally
from jobdash.engine.store import Change
from jobdash.model.queue import QueueStats
from jobdash.model.server import Phase, ServerStatus
from jobdash.model.state import State
from tests.engine.fake_clock import EPOCH
from tests.engine.metrics.bench import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_throughput_counts_what_ends_while_watched_and_not_what_a_first_listing_tells(bench: Bench) -> None:
    for n in range(100):
        bench.tell(f"old{n}", State.COMPLETED, finished_at=EPOCH - 500)
    for n in range(30):
        bench.tell(f"n{n}", State.RUNNING)
    bench.pass_time(60)
    for n in range(30):
        bench.tell(f"n{n}", State.COMPLETED if n else State.FAILED)
    found = bench.figures()
    assert found["throughput"] == pytest.approx(30, rel=0.1)
    assert found["failure_rate"] == pytest.approx(100 / 30)
    assert found["completed"] == 129


def test_rates_are_unknown_at_first_and_not_zero(bench: Bench) -> None:
    bench.tell("a", State.RUNNING)
    found = bench.figures()
    assert found["throughput"] is None and found["failure_rate"] is None and found["run_p50"] is None


def test_latencies_by_type(bench: Bench) -> None:
    for n in range(100):
        bench.tell(f"j{n}", State.PENDING, type="parse", created_at=EPOCH)
    bench.pass_time(10)
    for n in range(100):
        bench.tell(
            f"j{n}", State.COMPLETED, type="parse", created_at=EPOCH, started_at=EPOCH + 4, finished_at=EPOCH + 4 + n
        )
    found = bench.figures(place=Place("one", "", "parse"))
    assert found["wait_p50"] == 4
    assert (found["run_p50"], found["run_p95"], found["run_p99"]) == (50, 95, 99)


def test_a_run_without_told_times_is_measured_when_both_ends_were_seen(bench: Bench) -> None:
    for n in range(6):
        bench.tell(f"j{n}", State.PENDING)
        bench.tell(f"k{n}", State.RUNNING)  # found running: its start was not seen
    for n in range(6):
        bench.tell(f"j{n}", State.RUNNING)
    bench.pass_time(20)
    for n in range(6):
        bench.tell(f"k{n}", State.COMPLETED)
    assert bench.figures()["run_p50"] is None
    for n in range(6):
        bench.tell(f"j{n}", State.COMPLETED)
    assert bench.figures()["run_p50"] == 20


def test_the_oldest_waiting_job(bench: Bench) -> None:
    assert bench.figures()["oldest_waiting"] == 0
    bench.tell("a", State.PENDING, created_at=EPOCH - 50)
    bench.tell("b", State.FAILED, created_at=EPOCH - 90_000)
    bench.tell("b", State.PENDING, created_at=EPOCH - 90_000)
    bench.pass_time(10)
    assert bench.figures()["oldest_waiting"] == 60
    bench.tell("a", State.RUNNING)
    assert bench.figures()["oldest_waiting"] == 10, "a restarted job waits since its restart"


def test_a_job_that_is_gone_waits_no_longer(bench: Bench) -> None:
    gone = {"a"}
    bench.metrics = Metrics(bench.clock, lambda key: key.id in gone)
    gone.clear()
    bench.tell("a", State.PENDING, created_at=EPOCH - 500)
    gone.add("a")
    job = next(iter(bench.store))
    bench.metrics.noticed(Change(job.key, job, job))
    assert bench.figures()["oldest_waiting"] == 0
    gone.clear()
    bench.tell("a", State.RUNNING)
    assert bench.figures()["running"] == 1


@pytest.mark.parametrize("cpu", [None, float("nan"), -1.0, float("inf")])
def test_statistics_that_cannot_be_are_unknown(bench: Bench, cpu: float | None) -> None:
    stats = QueueStats(cpu_percent=cpu, memory_mb=cpu, depth=None, workers=None, failed=None)
    found = bench.figures((stats,), lists=False)
    for name in ("cpu", "memory", "depth", "failed_percent", "workers"):
        assert found[name] is None
    assert "unserved" not in found and "utilisation" not in found


def test_failures_of_total(bench: Bench) -> None:
    assert bench.figures((QueueStats(failed=12, total=100),), lists=False)["failed_percent"] == 12
    assert bench.figures((QueueStats(failed=0, total=0),), lists=False)["failed_percent"] == 0
    assert bench.figures((QueueStats(failed=12),), lists=False)["failed_percent"] is None
    assert bench.figures((QueueStats(failed=12, total=3),), lists=False)["failed_percent"] is None


def test_a_server_that_is_not_live_tells_only_that(bench: Bench) -> None:
    bench.tell("a", State.PENDING)
    down = ServerStatus(phase=Phase.DOWN, since=bench.clock.monotonic() - 30)
    assert bench.figures(status=down) == {"down": 30, "stale": 0}


def test_workers_and_who_waits_for_them(bench: Bench) -> None:
    found = bench.figures((QueueStats(depth=4, running=1, workers=2),))
    assert found["utilisation"] == 50 and found["unserved"] == 0
    assert bench.figures((QueueStats(depth=4, running=0, workers=0),))["unserved"] == 4
    assert bench.figures((QueueStats(depth=4, running=0, workers=0, paused=True),))["unserved"] == 0


def test_counters_that_reset_make_no_figures() -> None:
    counters = Counters(0.0)
    counters.read(0, 1000, 10)
    counters.read(5, 1010, 12)
    counters.read(10, 0, 0)
    counters.read(15, 5, 0)
    counters.read(200, 5000, 10)
    assert (counters.finished.last(200, 300), counters.failures.last(200, 300)) == (17, 2)
    counters.read(205, None, 10)
    assert not counters.known


def test_a_tally_forgets() -> None:
    tally = Tally(0.0, 5.0, 60)
    for second in range(100):
        tally.add(second)
    assert tally.last(99.9, 60) == pytest.approx(60, abs=5)
    assert tally.last(1000, 300) == 0
    assert Tally(0.0).steps(40, 30, 3) == [None, None, 0.0]


def test_latency_is_bounded_and_follows_the_present() -> None:
    latency = Latency()
    for n in range(10_000):
        latency.add(n, n % 100)
    latency.add(0, -5)
    latency.add(0, float("nan"))
    assert len(latency) == 256
    assert latency.percentiles(10_000) == pytest.approx((50, 95, 99), abs=8)
    assert latency.percentiles(20_000) is None
