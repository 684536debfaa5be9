"""The pure parts: the order of a queue, the size of the history, the rate limit."""

from __future__ import annotations

from jobdash.demo import queues
from jobdash.demo.book import KEPT_PER_FACE, JobBook
from jobdash.demo.faults import Trouble
from jobdash.demo.jobs import Job, Order, State


def job(name: str, state: State = State.PENDING, priority: int = 5, ready_at: float = 0.0) -> Job:
    """A job that entered the queue at second 0 and, if it has ended, took ten seconds."""
    order = Order("pollapi", "index", "hash-files", priority=priority)
    ended = 10.0 if state is State.COMPLETED else None
    return Job(name, order, state, 0.0, 0.0, ready_at=ready_at, started_at=0.0, finished_at=ended)


def test_priority_comes_before_age_and_the_future_comes_last() -> None:
    jobs = [job("later", State.SCHEDULED, ready_at=99.0), job("b"), job("a"), job("urgent", priority=1)]
    assert [each.id for each in queues.waiting(jobs, now=1.0)] == ["urgent", "a", "b", "later"]
    assert queues.position(jobs, "b", now=1.0) == 3
    assert queues.position([job("gone", State.RUNNING)], "gone", now=1.0) is None


def test_only_what_is_due_is_served() -> None:
    jobs = [job("retry", State.RETRYING, ready_at=5.0), job("done", State.COMPLETED)]
    assert queues.next_due(jobs, now=4.0) is None
    assert queues.seconds_to_next(jobs, now=4.0) == 1.0
    due = queues.next_due(jobs, now=5.0)
    assert due is not None and due.id == "retry"


def test_the_estimated_wait_follows_what_finished_jobs_took() -> None:
    jobs = [job("one", State.COMPLETED), job("two", State.COMPLETED)]
    assert queues.estimated_wait(jobs, place=4, workers=2) == 20


def test_the_oldest_finished_jobs_leave_the_book() -> None:
    book = JobBook(lambda: 0.0, lambda _: None)
    for number in range(KEPT_PER_FACE + 2):
        book.add(job(f"{number:04}", State.COMPLETED))
    book.add(job("waiting"))
    assert [each.id for each in book.overflow("pollapi")] == ["0000", "0001"]


def test_the_rate_limit_opens_again_after_its_window() -> None:
    now = [0.0]
    trouble = Trouble(lambda: now[0])
    assert trouble.seconds_to_wait() == 0.0
    trouble.per_second = 2
    assert [trouble.seconds_to_wait() for _ in range(3)] == [0.0, 0.0, 1.0]
    now[0] = 1.0
    assert trouble.seconds_to_wait() == 0.0
