"""The life of a job, drawn: to scale, in order, and never wider than there is room."""

from collections import deque
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from jobdash.engine.histories import History, Turn
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


def test_attempts_and_what_their_errors_differ_in() -> None:
    seen = replace(subject(JOB), history=History(turns=deque(TURNS)))
    told = text(attempts.lines(seen, MOMENT, 70))
    assert "  1    ↻ retrying  1m40  w1  TimeoutError: a" in told
    assert "  2    ✖ failed  3m10  w2  TimeoutError: b" in told
    assert "-TimeoutError: a" in told and "+TimeoutError: b" in told and "-same" not in told
    assert "░" in text(detail.overview(seen, MOMENT, 70))


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
