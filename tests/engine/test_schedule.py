"""Who is asked about next: by due time, by want, and nobody never."""

from hypothesis import given, settings
from hypothesis import strategies as st

from jobdash.engine.budget import Want
from jobdash.engine.schedule import Schedule


def test_due_ones_are_taken_by_want_and_then_by_time() -> None:
    wants = {"a": Want.WAITING, "b": Want.RUNNING, "c": Want.CURSOR, "d": Want.RUNNING}
    schedule = Schedule(wants.__getitem__)
    for number, id in enumerate("abcd"):
        schedule.put(id, float(number))
    assert schedule.next_due() == 0.0
    assert [schedule.take(10) for _ in range(3)] == ["c", "b", "d"]
    assert schedule.take(10) == "a"
    assert schedule.take(10) is None


def test_nothing_is_taken_before_it_is_due() -> None:
    schedule = Schedule(lambda id: Want.RUNNING)
    schedule.put("a", 5)
    assert schedule.take(4.9) is None
    assert schedule.take(5) == "a"
    assert "a" not in schedule


def test_sooner_never_makes_it_later() -> None:
    schedule = Schedule(lambda id: Want.RUNNING)
    schedule.put("a", 5)
    schedule.put_sooner("a", 9)
    assert schedule.next_due() == 5
    schedule.put_sooner("a", 2)
    assert schedule.next_due() == 2
    assert len(schedule) == 1


def test_a_look_makes_a_waiting_one_first() -> None:
    cursor: list[str] = []
    schedule = Schedule(lambda id: Want.CURSOR if id in cursor else Want.WAITING)
    for number in range(100):
        schedule.put(f"j{number}", 0)
    schedule.take(1)
    cursor.append("j77")
    schedule.look_again(["j77", "not there"])
    assert schedule.take(1) == "j77"


def test_the_unwanted_are_not_forgotten_while_the_wanted_keep_coming() -> None:
    schedule = Schedule(lambda id: Want.WAITING if id == "poor" else Want.RUNNING)
    schedule.put("poor", 0)
    for number in range(10):
        schedule.put(f"rich{number}", 1)
    taken = []
    for turn in range(8):
        id = schedule.take(10.0 + turn)
        assert id is not None
        taken.append(id)
        if id != "poor":
            schedule.put(id, 10.0 + turn)
    assert "poor" in taken


def test_putting_again_and_again_leaves_no_heap_behind() -> None:
    schedule = Schedule(lambda id: Want.RUNNING)
    for number in range(10_000):
        schedule.put("a", float(number))
    assert len(schedule._heap) < 100


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("put"), st.sampled_from("abcd"), st.integers(0, 9)),
            st.tuples(st.just("sooner"), st.sampled_from("abcd"), st.integers(0, 9)),
            st.tuples(st.just("drop"), st.sampled_from("abcd")),
            st.tuples(st.just("take"), st.integers(0, 9)),
            st.tuples(st.just("look"), st.sampled_from("abcd"), st.sampled_from(list(Want))),
        ),
        max_size=60,
    )
)
def test_it_agrees_with_a_dictionary(events: list[tuple]) -> None:  # type: ignore[type-arg]
    wants: dict[str, Want] = {}
    schedule = Schedule(lambda id: wants.get(id, Want.WAITING))
    model: dict[str, float] = {}
    for event in events:
        match event:
            case ("put", id, at):
                schedule.put(id, at)
                model[id] = at
            case ("sooner", id, at):
                schedule.put_sooner(id, at)
                model[id] = min(model.get(id, at), at)
            case ("drop", id):
                schedule.drop(id)
                model.pop(id, None)
            case ("look", id, want):
                wants[id] = want
                schedule.look_again([id])
            case ("take", now):
                id = schedule.take(now)
                if id is None:
                    assert all(at > now for at in model.values())
                else:
                    model.pop(id)
        assert len(schedule) == len(model)
