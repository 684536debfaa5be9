"""The JSON tree: what folds, what is exact, what is covered, and what opens however large or deep it is."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jobdash.engine.masking import MASK, Masking
from jobdash.tui.presentation.json_line import line
from jobdash.tui.presentation.json_search import found
from jobdash.tui.presentation.json_tree import Tree, written
from jobdash.tui.presentation.spans import text_of, width_of

MASKING = Masking()

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=200),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=12), inner, max_size=8),
    max_leaves=60,
)


def hides(name: str | int | None, value: Any) -> bool:
    return MASKING.hides(name, value)


def shown(tree: Tree, width: int = 60) -> str:
    return "\n".join(text_of(line(row, width)).rstrip() for row in tree.rows)


def unfold_all(tree: Tree, most: int = 20_000) -> None:
    index = 0
    while index < len(tree.rows) < most:
        if tree.rows[index].folds and not tree.rows[index].open:
            tree.toggle(index)
        index += 1


def test_small_values_are_open_and_in_their_own_order() -> None:
    told = shown(Tree({"z": 1, "a": [2**63 + 1, None, True], "text": "hello world", "digits": "42"}, hides))
    assert told.splitlines() == [
        "  z  1", "▾ a  [3]", "    0  9223372036854775809", "    1  null", "    2  true",
        "  text  hello world", '  digits  "42"',
    ]  # fmt: skip


def test_secrets_are_covered_however_deep_and_cannot_be_opened() -> None:
    value = {"a": [{"b": {"API_Key": "hunter2", "cookies": {"sid": "hunter3"}, "token": ""}}]}
    tree = Tree(value, hides)
    unfold_all(tree)
    told = shown(tree)
    assert "hunter" not in told and told.count(MASK) == 2
    assert "hunter" not in repr(MASKING.masked(value))
    assert list(found(value, "hunter", hides)) == []
    assert "hunter2" in shown(Tree(value, lambda *_: False))


def test_nan_and_odd_names_and_empty_things() -> None:
    told = shown(Tree({"n": float("nan"), "": {}, "l": [], "\x1b[31m": "\x1b]0;t\x07"}, hides))
    assert "NaN" in told and '""  {}' in told and "l  []" in told
    assert "\x1b" not in told and "\x07" not in told


def test_a_level_500_deep_opens_and_is_found() -> None:
    value: Any = {"end": "needle"}
    for _ in range(500):
        value = {"in": value}
    tree = Tree(value, hides)
    places = next(hit for hit in found(value, "NEEDLE", hides) if hit is not None)
    row = tree.rows[tree.reveal(places)]
    assert row.value == "needle" and len(row.path) == 501
    assert width_of(line(row, 40)) <= 40 and "needle" in text_of(line(row, 60))
    assert MASKING.masked(value)["in"]["in"] is not None


def test_ten_megabytes_open_at_once() -> None:
    value = {"rows": [{"id": number, "name": f"name {number}", "ok": True} for number in range(250_000)]}
    tree = Tree(value, hides)
    tree.toggle(0)
    tree.toggle(100)
    assert len(tree.rows) < 3_000
    assert "▸ 249,000 … 249,999" in shown(tree)
    places = next(hit for hit in found(value, "name 249123", hides) if hit is not None)
    assert tree.rows[tree.reveal(places)].path == ("rows", 249_123, "name")


def test_a_long_text_opens_into_lines() -> None:
    tree = Tree({"log": "first\nsecond\n" + "x" * 5_000_000}, hides)
    assert "5,000,013 characters" in shown(tree)
    tree.toggle(0)
    tree.toggle(1)
    assert shown(tree).splitlines()[2:4] == ["      first", "      second"]
    assert tree.rows[2].path == ("log",)


def test_paths_are_written_as_they_are_asked_for() -> None:
    assert written(("options", "pages", 3, "odd key", 'q"')) == 'options.pages[3]["odd key"]["q\\""]'


def test_what_is_open_stays_open_in_a_later_reading() -> None:
    tree = Tree({"a": {"x": [1, 2]}, "b": {"y": 1}}, hides)
    tree.toggle(next(i for i, row in enumerate(tree.rows) if row.name == "b"))
    again = Tree({"a": {"x": [1, 2, 3]}, "b": {"y": 2}}, hides, open_paths=tree.open_paths())
    assert shown(again).splitlines() == ["▾ a  {1}", "  ▾ x  [3]", "      0  1", "      1  2", "      2  3", "▸ b  {1}"]


@given(json_values, st.integers(1, 90))
def test_any_value_is_drawn_within_its_width_and_every_match_is_reached(value: Any, width: int) -> None:
    tree = Tree(value, hides)
    unfold_all(tree)
    assert all(width_of(line(row, width)) <= width for row in tree.rows)
    fresh = Tree(value, hides)
    for places in found(value, "a", hides):
        if places is not None:
            fresh.reveal(places)


@given(json_values)
def test_masking_keeps_everything_but_the_secrets(value: Any) -> None:
    assert repr(Masking("no such name at all").masked(value)) == repr(value)
