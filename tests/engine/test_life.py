"""Phases of a server: what is heard and what fails, in; phase, wait and message, out."""

from email.utils import formatdate

import pytest

from jobdash.engine.life import UNAUTHORISED_WAIT, Life
from jobdash.model.errors import BadAnswer, ServerError, ServerFault, Throttled, Unauthorised, Unreachable
from jobdash.model.server import Phase
from tests.engine.fake_clock import FakeClock


@pytest.fixture
def life(clock: FakeClock) -> Life:
    return Life(clock, lambda: 0.5)


def test_begins_connecting_and_becomes_live(life: Life) -> None:
    assert life.phase is Phase.CONNECTING
    assert life.reachable
    assert life.heard()
    assert not life.heard()
    assert life.status.phase is Phase.LIVE


@pytest.mark.parametrize(
    ("error", "phase"),
    [
        (Unreachable("refused"), Phase.DOWN),
        (ServerFault("500"), Phase.DOWN),
        (BadAnswer("HTML"), Phase.DOWN),
        (Unauthorised("401"), Phase.UNAUTHORISED),
        (Throttled("429"), Phase.THROTTLED),
    ],
)
def test_a_failure_is_a_phase_with_words(life: Life, error: ServerError, phase: Phase) -> None:
    life.heard()
    life.failed(error)
    assert life.phase is phase
    assert life.status.message == str(error)
    assert not life.reachable
    assert life.wait > 0


def test_waits_grow_to_a_bound_and_start_again_when_the_server_was_well(life: Life, clock: FakeClock) -> None:
    waits = []
    for _ in range(12):
        life.failed(Unreachable("refused"))
        waits.append(life.wait)
    assert waits == sorted(waits)
    assert waits[-1] <= 30.0
    clock._monotonic += 100
    life.heard()
    clock._monotonic += 60
    life.failed(Unreachable("refused"))
    assert life.wait == pytest.approx(waits[0])


def test_a_server_that_flaps_does_not_start_again(life: Life, clock: FakeClock) -> None:
    waits = []
    for _ in range(6):
        life.failed(ServerFault("500"))
        waits.append(life.wait)
        clock._monotonic += life.wait
        assert life.heard()
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]


def test_retry_after_is_obeyed_and_not_cut_short_by_a_word_on_a_stream(life: Life, clock: FakeClock) -> None:
    life.heard()
    life.failed(Throttled("429", retry_after=60))
    assert life.wait == pytest.approx(60)
    clock._monotonic += 30
    assert not life.heard()
    assert life.phase is Phase.THROTTLED
    assert life.status.heard_at == clock.monotonic()
    clock._monotonic += 30
    assert life.heard()


def test_a_refused_key_is_not_asked_about_for_long_but_r_asks_at_once(life: Life) -> None:
    life.failed(Unauthorised("401"))
    assert life.wait == pytest.approx(UNAUTHORISED_WAIT)
    life.try_now()
    assert life.wait == 0


def test_questions_of_one_round_that_all_fail_count_once(life: Life) -> None:
    asked_in = life.round
    life.failed(Unreachable("refused"), asked_in)
    wait = life.wait
    for _ in range(3):
        life.failed(Unreachable("refused"), asked_in)
    assert life.wait == wait


def test_a_late_retry_after_is_still_heard(life: Life) -> None:
    asked_in = life.round
    life.failed(ServerFault("500"), asked_in)
    life.failed(Throttled("429", retry_after=90), asked_in)
    assert life.phase is Phase.THROTTLED
    assert life.wait == pytest.approx(90)


def test_silence_makes_stale_once_and_a_word_live_again(life: Life, clock: FakeClock) -> None:
    life.heard()
    clock._monotonic += 46
    assert life.silent_since(45)
    assert not life.silent_since(45)
    assert life.phase is Phase.STALE
    assert life.reachable
    assert life.heard()


def test_since_is_when_the_phase_began(life: Life, clock: FakeClock) -> None:
    life.failed(Unreachable("a"))
    began = clock.monotonic()
    clock._monotonic += 50
    life.failed(Unreachable("b"))
    assert life.status.since == began


def test_the_servers_clock_is_compared_and_small_steps_are_no_news(life: Life, clock: FakeClock) -> None:
    assert life.told_time(formatdate(clock.now() + 90, usegmt=True))
    assert life.status.skew == pytest.approx(90, abs=1)
    clock._monotonic += 0.9
    assert not life.told_time(formatdate(clock.now() + 90, usegmt=True))
    assert life.told_time(formatdate(clock.now(), usegmt=True))
    assert not life.told_time("yesterday")
