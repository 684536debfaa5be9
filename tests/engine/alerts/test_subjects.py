"""Where `enter` on an alert leads: to exactly the jobs that it speaks of, now and after it is over."""

import pytest

from jobdash.engine.alerts.subjects import MOST_IDS
from jobdash.engine.query import Context, Query
from jobdash.model.queue import QueueStats
from jobdash.model.state import State
from tests.engine.alerts.test_detectors import ends
from tests.engine.alerts.test_life import orders
from tests.engine.alerts.watch import Watch


def jobs_of(watch: Watch, rule: str) -> set[str]:
    """The ids of the jobs that the query of an alert finds."""
    alert = watch.alert(rule)
    query = Query(watch.vitals.jobs_of(alert), Context(now=watch.clock.now, timer=watch.clock.monotonic))
    return {job.id for job in watch.store if query.matches(job)}


def test_a_new_kind_of_error_leads_to_its_fingerprint() -> None:
    watch = Watch()
    watch.tell("old", State.RUNNING)
    watch.tell("old", State.FAILED, error="ValueError: row 7")
    watch.pass_time(700, 10)
    for id, error in (("new", "KeyError: 'customer'"), ("again", "ValueError: row 8"), ("also", "KeyError: 'owner'")):
        watch.tell(id, State.RUNNING)
        watch.tell(id, State.FAILED, error=error)
    watch.pass_time(2)
    query = watch.vitals.jobs_of(watch.alert("new error"))
    assert query.startswith("server:one fingerprint:")
    assert jobs_of(watch, "new error") == {"new", "also"}
    watch.pass_time(700, 10)
    assert not watch.alert("new error").raised
    assert jobs_of(watch, "new error") == {"new", "also"}, "also when it is over"


def test_the_job_that_waits_too_long_and_not_those_that_wait_as_well() -> None:
    watch = Watch()
    now = watch.clock.now()
    watch.tell("old", State.PENDING, created_at=now - 1700)
    watch.tell("young", State.PENDING, created_at=now)
    watch.pass_time(150)
    assert jobs_of(watch, "oldest waiting") == {"old"}


def test_a_job_whose_estimated_wait_is_too_long() -> None:
    watch = Watch()
    watch.tell("short", State.PENDING, estimated_wait=20.0)
    watch.tell("long", State.PENDING, estimated_wait=4000.0)
    watch.pass_time(2)
    assert jobs_of(watch, "estimated wait") == {"long"}


def test_the_jobs_of_a_burst_are_those_that_failed_in_it_even_where_nobody_tells_when() -> None:
    watch = Watch()
    watch.tell("before", State.FAILED, error="x", finished_at=watch.clock.now() - 9000)
    for hour in range(6):
        ends(watch, f"h{hour}-", 40, failing=1)
        watch.pass_time(600, 10)
    for n in range(40):
        watch.tell(f"bad-{n}", State.RUNNING)
    for n in range(40):
        watch.tell(f"bad-{n}", State.FAILED if n % 2 else State.COMPLETED, error="boom")
    watch.pass_time(60)
    assert jobs_of(watch, "failure burst") == {f"bad-{n}" for n in range(1, 40, 2)}


def test_very_many_failures_are_told_by_when_they_ended() -> None:
    watch = Watch(orders({"name": "rate", "metric": "failure_rate", "threshold": "50 %"}))
    watch.tell("before", State.FAILED, error="x", finished_at=watch.clock.now() - 9000)
    for n in range(MOST_IDS + 50):
        watch.tell(f"bad-{n}", State.RUNNING)
        watch.tell(f"bad-{n}", State.FAILED, error="boom", finished_at=watch.clock.now())
    watch.pass_time(5)
    assert len(watch.vitals.jobs_of(watch.alert("rate"))) < 200
    assert jobs_of(watch, "rate") == {f"bad-{n}" for n in range(MOST_IDS + 50)}


def test_slow_jobs_by_their_type() -> None:
    watch = Watch(orders({"name": "slow", "metric": "run_p95", "type": "parse*", "threshold": "1m"}))
    ends(watch, "gone-", 20, type="parse_page", runs=100)
    now = watch.clock.now()
    for id, type, ran in (("slow", "parse_page", 90.0), ("quick", "parse_page", 5.0), ("other", "resize", 90.0)):
        watch.tell(id, State.COMPLETED, type=type, started_at=now - ran, finished_at=now)
    watch.pass_time(5)
    assert jobs_of(watch, "slow") == {"slow"}


@pytest.mark.parametrize("glob", ["mail*", "[m]ail*"])
def test_a_rule_with_a_query_leads_to_the_jobs_of_its_own_queues_only(glob: str) -> None:
    watch = Watch(orders({"name": "late", "query": "state:pending or state:scheduled", "queue": glob, "threshold": 1}))
    for id, state, queue in (
        ("a", State.PENDING, "mail-fast"),
        ("b", State.SCHEDULED, "mail"),
        ("c", State.PENDING, "render"),
        ("d", State.RUNNING, "mail"),
    ):
        watch.tell(id, state, queue=queue)
    watch.pass_time(2)
    assert jobs_of(watch, "late") == {"a", "b"}


def test_stalled_jobs_of_one_queue() -> None:
    watch = Watch(orders({"name": "dead mail", "metric": "stalled", "queue": "mail", "threshold": 0}))
    for n in range(5):
        for id, queue in (("mine", "mail"), ("other", "render")):
            watch.tell(id, State.RUNNING, queue=queue, progress=n * 10.0)
        watch.pass_time(10)
    watch.pass_time(900, 5)
    assert jobs_of(watch, "dead mail") == {"mine"}
    assert jobs_of(watch, "stalled") == {"mine", "other"}


def test_an_alert_about_the_machine_leads_to_what_runs_there() -> None:
    watch = Watch()
    watch.tell("a", State.RUNNING)
    watch.queues = (QueueStats(cpu_percent=99.0),)
    watch.pass_time(15)
    assert jobs_of(watch, "cpu") == {"a"}
