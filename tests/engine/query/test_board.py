"""What a person wishes of the rows: marks, a frozen or held display, completion, and words about the query."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from jobdash.engine.board import Board
from jobdash.engine.store import Change, Store
from jobdash.model.errors import QueryError
from jobdash.model.job import Detail, Job, JobKey
from jobdash.model.report import JobReport
from jobdash.model.state import State
from tests.engine.fake_clock import FakeClock, settle
from tests.engine.query.jobs import job


class Desk:
    """A board with a store, a clock and a count of what it said was new."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.store = Store()
        self.news = 0
        self.data: dict[JobKey, Detail] = {}
        self.stale: set[str] = set()
        self.board = Board(
            self.store,
            self.clock,
            self._news,
            detail=self.data.get,
            loaded=lambda: len(self.data),
            stale=lambda key: key.server in self.stale,
            gone=lambda key: False,
            fingerprint=lambda found: found.error and found.error.split(":")[0],
        )

    def _news(self) -> None:
        self.news += 1

    def put(self, *found: Job) -> None:
        for one in found:
            self._tell(self.store.apply(JobReport(job=one), at=self.clock.monotonic()))

    def forget(self, key: JobKey) -> None:
        self._tell(self.store.forget(key))

    def _tell(self, change: Change | None) -> None:
        if change is not None:
            self.board.apply(change)

    def ids(self) -> list[str]:
        return [found.id for found in self.board.listed.window(0, 100)]


@asynccontextmanager
async def at_work(desk: Desk) -> AsyncIterator[None]:
    task = asyncio.create_task(desk.board.run())
    await settle()
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.put(*(job(id, progress=float(number), created_at=float(number)) for number, id in enumerate("abcd")))
    return desk


def test_a_query_a_sort_and_a_grouping_are_wishes_that_may_be_wrong(desk: Desk) -> None:
    desk.board.set_query("progress>=1")
    desk.board.set_sort("-progress")
    assert desk.ids() == ["d", "c", "b"]
    wishes: list[tuple[Callable[[str], None], str]] = [
        (desk.board.set_query, "colour:red"),
        (desk.board.set_sort, "colour"),
        (desk.board.set_grouping, "progress"),
    ]
    for wish, text in wishes:
        with pytest.raises(QueryError):
            wish(text)
    assert (desk.board.query, str(desk.board.sort), desk.board.grouping) == ("progress>=1", "-progress", "")
    assert desk.ids() == ["d", "c", "b"]


def test_groups_by_fingerprint_fold_and_unfold(desk: Desk) -> None:
    desk.put(job("e", error="Timeout: 1"), job("f", error="Timeout: 2"))
    desk.board.set_grouping("error")
    header = desk.board.listed.group_at(0)
    assert header is not None
    assert (header.by, header.value, header.total) == ("error", "Timeout", 2)
    desk.board.fold("Timeout", folded=True)
    assert desk.board.listed.key_at(1) is None
    desk.board.fold_all(folded=True)
    assert len(desk.board.listed) == 2
    desk.board.fold_all(folded=False)
    assert len(desk.board.listed) == 8


def test_marks_follow_identity_and_leave_with_the_job(desk: Desk) -> None:
    assert desk.board.mark(JobKey("one", "a"))
    desk.board.mark_range(3, 2)
    assert {key.id for key in desk.board.marks} == {"a", "c", "d"}
    desk.board.set_query("id:b")
    assert len(desk.board.marks) == 3
    desk.forget(JobKey("one", "d"))
    assert {key.id for key in desk.board.marks} == {"a", "c"}
    desk.board.mark_all()
    assert {key.id for key in desk.board.marks} == {"a", "b", "c"}
    desk.board.clear_marks()
    assert not len(desk.board.marks)


def test_a_frozen_display_stays_even_when_it_is_empty(desk: Desk) -> None:
    desk.board.set_query("state:failed")
    desk.board.freeze()
    desk.put(job("x", state=State.FAILED))
    assert desk.ids() == []
    assert desk.board.frozen_at == desk.clock.now()
    desk.board.thaw()
    assert desk.ids() == ["x"]
    assert desk.board.frozen_at is None


def test_a_frozen_display_shows_what_was_there(desk: Desk) -> None:
    desk.board.freeze()
    desk.put(job("a", progress=77.0, created_at=9.0))
    desk.forget(JobKey("one", "b"))
    assert desk.ids() == ["a", "b", "c", "d"]
    assert desk.board.listed.window(0, 1)[0].progress == 0.0
    assert desk.board.listed.position(JobKey("one", "c")) == 2


def test_other_rows_that_are_wished_of_a_frozen_display_are_shown_and_frozen_again(desk: Desk) -> None:
    desk.put(job("f", state=State.FAILED))
    desk.board.freeze()
    desk.put(job("g", state=State.FAILED))
    desk.board.set_query("state:failed")
    assert sorted(desk.ids()) == ["f", "g"]
    desk.put(job("h", state=State.FAILED))
    desk.board.set_sort("-id")
    assert desk.ids() == ["h", "g", "f"]
    desk.put(job("i", state=State.FAILED))
    assert desk.ids() == ["h", "g", "f"]
    assert desk.board.frozen_at is not None
    desk.board.thaw()
    assert desk.ids() == ["i", "h", "g", "f"]


def test_groups_of_a_frozen_display_fold_and_stay_as_they_were(desk: Desk) -> None:
    desk.board.set_grouping("state")
    desk.board.freeze()
    desk.put(job("f"))
    before = desk.ids()
    desk.board.fold("running", folded=True)
    assert desk.ids() == [id for id in before if desk.store.get(JobKey("one", id)).state is not State.RUNNING]  # type: ignore[union-attr]
    desk.board.fold_all(folded=False)
    assert desk.ids() == before


async def test_held_rows_keep_their_places_for_a_moment(desk: Desk) -> None:
    async with at_work(desk):
        desk.board.hold(0.5)
        desk.put(job("a", progress=77.0, created_at=9.0))
        assert desk.ids() == ["a", "b", "c", "d"]
        assert desk.board.listed.window(0, 1)[0].progress == 77.0
        before = desk.news
        await desk.clock.advance(0.7)
        assert desk.news > before
        assert desk.ids() == ["b", "c", "d", "a"]


async def test_what_time_changes_is_news(desk: Desk) -> None:
    now = desk.clock.now()
    desk.put(job("young", created_at=now - 3599))
    desk.board.set_query("id:young age>1h")
    async with at_work(desk):
        assert desk.ids() == []
        await desk.clock.advance(3.0)
        assert desk.ids() == ["young"]


async def test_servers_marks_and_data_bring_rows_in_and_out(desk: Desk) -> None:
    from jobdash.engine.query import Use

    async with at_work(desk):
        desk.board.set_query("is:stale")
        desk.stale.add("one")
        desk.board.changed(Use.SERVERS)
        await desk.clock.advance(2.5)
        assert len(desk.board.listed) == 4
        desk.board.set_query("is:marked")
        desk.board.mark(JobKey("one", "c"))
        await desk.clock.advance(2.5)
        assert desk.ids() == ["c"]
        desk.board.set_query("data.n>1")
        desk.data[JobKey("one", "b")] = Detail(data={"n": 2})
        desk.board.recheck(JobKey("one", "b"))
        assert desk.ids() == ["b"]


async def test_running_jobs_overtake_those_that_ended_when_sorted_by_runtime(desk: Desk) -> None:
    now = desk.clock.now()
    desk.put(job("done", state=State.COMPLETED, started_at=now - 100, finished_at=now - 90))
    desk.put(job("runs", started_at=now - 5))
    desk.board.set_query("runtime:*")
    desk.board.set_sort("-runtime")
    async with at_work(desk):
        assert desk.ids() == ["done", "runs"]
        await desk.clock.advance(8.0)
        assert desk.ids() == ["runs", "done"]


def test_completion_knows_fields_values_flags_and_states(desk: Desk) -> None:
    desk.put(job("m", type="email send"), job("n", type="email send"), job("o", type="embed"), job("p", server="two"))

    def offered(text: str) -> list[str]:
        return [found.text for found in desk.board.complete(text, len(text))]

    assert offered("ty") == ["type:"]
    assert offered("state:failed -ru") == ["runtime"]
    assert offered("type:em") == ['"email send"', "embed"]
    assert offered("type:embed,em") == ['"email send"', "embed"]
    assert offered("state:")[0] == "running"
    assert "is:overdue" not in offered("is:o")
    assert offered("is:o") == ["overdue"]
    assert offered("runtime>")[0] == "p95"
    assert offered("type:/em") == []
    assert offered("colour:") == []
    assert offered("") == []
    found = desk.board.complete("type:emb or x", 8)[0]
    assert ("type:emb or x"[found.start : found.end], found.note) == ("emb", "1 job")
    assert offered("type:embed") == []


def test_what_is_not_searched_is_said(desk: Desk) -> None:
    def said(text: str) -> str:
        desk.board.set_query(text)
        return "; ".join(desk.board.explain())

    desk.data[JobKey("one", "b")] = Detail(data={"n": 2})
    assert said("state:running") == ""
    assert said("data.n:2") == "data: only in the 1 jobs whose data is loaded, of 4"
    assert "did you mean failed?" in said("state:faild")
    assert "not in data, results and logs" in said("word")
    assert "percentiles are not known yet" in said("runtime>p95")
    assert "first 2,000 characters" in said("/x/")
