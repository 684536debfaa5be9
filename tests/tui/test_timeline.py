"""The life of a job, drawn: to scale, in order, and never wider than there is room."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from jobdash.engine.histories import History, Turn
from jobdash.engine.monitor import DetailView
from jobdash.model.job import Attempt, Detail
from jobdash.model.state import State
from jobdash.tui.presentation import attempts, detail, timeline
from jobdash.tui.presentation.spans import text_of, width_of
from tests.tui.still_monitor import JOBS, NOW
from tests.tui.test_presentation import MOMENT, subject, text

JOB = replace(JOBS[0], created_at=NOW - 400, started_at=NOW - 300, finished_at=NOW)
TURNS = (
    Turn(NOW - 300, State.RUNNING, 1, "w1", None),
    Turn(NOW - 200, State.RETRYING, 1, "w1", "TimeoutError: a\nsame"),
    Turn(NOW - 190, State.RUNNING, 2, "w2", None),
    Turn(NOW - 150, State.PAUSED, 2, "w2", None),
    Turn(NOW - 100, State.RUNNING, 2, "w2", None),
    Turn(NOW, State.FAILED, 2, "w2", "TimeoutError: b\nsame"),
)


USUAL = timeline.Usuals((90.0, 120.0), (50.0, 200.0))


def drawn(width: int = 42) -> str:
    return "\n".join(text_of(line) for line in timeline.lines(JOB, TURNS, USUAL, NOW, width))


def test_the_bar_is_to_scale_and_the_spans_stand_beside_what_is_usual() -> None:
    told = drawn().splitlines()
    assert told[0].count("░") >= 10 and told[0].count("▒") in (4, 5, 6) and "│" in told[0]
    assert told[1] == "waited    1m40  p50 1m30 · p95 2m00"
    assert told[2] == "ran       5m00  p50 50s · p95 3m20  longer than usual"
    assert told[3] == "paused    50s"


def test_of_a_job_that_began_nobody_knows_when_no_wait_goes_on() -> None:
    begun = replace(JOB, state=State.RUNNING, started_at=None, finished_at=None)
    told = [text_of(line) for line in timeline.lines(begun, (), USUAL, NOW, 42)]
    assert not any(line.startswith(("waiting", "running")) for line in told)
    assert "▶ running  created 6 min ago" in text(detail.header(subject(begun), MOMENT, 70))
    reading = replace(subject(begun), detail=DetailView())
    assert "reading the details" in text(detail.overview(reading, MOMENT, 70))
    assert "reading the details" not in text(detail.overview(replace(reading, gone=True), MOMENT, 70))
    waits = replace(begun, state=State.PENDING)
    assert any(text_of(line).startswith("waiting   6m40") for line in timeline.lines(waits, (), USUAL, NOW, 42))


def test_attempts_and_what_their_errors_differ_in() -> None:
    seen = replace(subject(JOB), history=History(turns=list(TURNS)))
    told = text(attempts.lines(seen, MOMENT, 70))
    assert "as seen from here" in told and "tells" not in told
    assert "  1  ↻ retrying    1m40  w1  TimeoutError: a" in told
    assert "  2  ✖ failed      3m10  w2  TimeoutError: b" in told
    assert "-TimeoutError: a" in told and "+TimeoutError: b" in told and "-same" not in told
    assert "░" in text(detail.overview(seen, MOMENT, 70))


def test_what_the_server_tells_of_attempts_and_what_was_seen_besides_stand_apart() -> None:
    stack = "Error: {0}\n    at go (/app/a.js:4:2)"
    told = (
        Attempt(number=1, state=State.FAILED, error="Error: a", traceback=stack.format("a")),
        Attempt(number=3, state=State.FAILED, error="Error: b", traceback=stack.format("b"), worker="w3"),
        Attempt(number=4, state=State.FAILED, error="Error: b", traceback=stack.format("b"), started_at=NOW - 60),
    )
    seen = subject(replace(JOB, attempts=4, max_attempts=5))
    known = DetailView(detail=Detail(attempts=told, traceback=stack.format("b")), read_at=1.0)
    lines = text(attempts.lines(replace(seen, history=History(turns=list(TURNS)), detail=known), MOMENT, 70))
    first, second = lines.index("as docs tells"), lines.index("as seen from here")
    assert lines.index("w3") < second < lines.index("w2") and first < second
    assert lines.count("  1  ✖") == 1 and "what attempts 1 and 2 differ in" not in lines
    assert "what attempts 2 and 3 differ in" in lines
    assert lines.index("traceback of attempts 3, 4") < lines.index("traceback of attempt 1")


def test_attempts_that_the_server_tells_are_drawn_to_scale() -> None:
    told = (
        Attempt(number=1, state=State.FAILED, started_at=NOW - 300, finished_at=NOW - 200),
        Attempt(number=2, state=State.FAILED, started_at=NOW - 100, finished_at=NOW),
    )
    assert [turn.state for turn in timeline.turns_of(told)] == [
        State.RUNNING, State.RETRYING, State.RUNNING, State.FAILED,
    ]  # fmt: skip
    known = DetailView(detail=Detail(attempts=told), read_at=1.0)
    bar = text(detail.overview(replace(subject(JOB), detail=known), MOMENT, 70))
    assert re.search("░+▓+░+│?▓+", bar)


def test_without_any_list_the_last_attempt_is_told_from_the_job_itself() -> None:
    told = text(attempts.lines(subject(replace(JOB, attempts=1, max_attempts=1)), MOMENT, 70))
    assert "as docs tells" in told and "  1  ✖ failed" in told and "5m00" in told
    told = text(attempts.lines(subject(replace(JOB, attempts=3)), MOMENT, 70))
    assert "  3  ✖ failed" in told and "5m00" not in told


moments = st.none() | st.floats(NOW - 1e6, NOW + 1e6)


@given(st.tuples(moments, moments, moments), st.sampled_from(list(State)), st.integers(20, 90), st.lists(moments))
def test_any_times_are_drawn_within_the_width(
    times: tuple[float | None, float | None, float | None], state: State, width: int, turned: list[float | None]
) -> None:
    created, started, finished = times
    job = replace(JOB, created_at=created, started_at=started, finished_at=finished, state=state)
    turns = [Turn(at, list(State)[n % 10], n, None, None) for n, at in enumerate(turned) if at is not None]
    for line in timeline.lines(job, turns, USUAL, NOW, width):
        assert width_of(line) <= max(width, 60)
