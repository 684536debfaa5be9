"""Every kind of mistake in a mapping file is told with file, line, key and, where one is near, the right key."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobdash.dialects.mapping import load_mapping
from jobdash.dialects.mapping.load import parse_mapping
from jobdash.dialects.mapping.plan import Plan
from jobdash.dialects.mapping.reader import BadDefault
from jobdash.model.errors import MappingError
from tests.dialects.asking import SHIPPED

GOOD = """\
title = "Kind"
poll = "5s"
[states]
go = "running"
[job]
id = "id"
state = "state"
[get]
path = "/{id}"
[list]
path = ""
items = "jobs"
[actions.pause]
send = "PUT /{id}"
json = { action = "pause" }
from = ["go"]
[submit.new]
send = "POST /{what}"
[submit.new.fields]
what = { required = true }
"""
TEXTS = [GOOD, *(path.read_text("utf-8") for path in sorted(SHIPPED.glob("*.toml")))]


def complaint(folder: Path, text: str) -> str:
    path = folder / "kind.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(MappingError) as caught:
        load_mapping(path)
    said = str(caught.value)
    assert said.startswith(str(path))
    assert "\n" not in said
    return said.removeprefix(str(path))


def test_the_base_of_these_tests_is_good(tmp_path: Path) -> None:
    (tmp_path / "kind.toml").write_text(GOOD)
    factory = load_mapping(tmp_path / "kind.toml")
    assert (factory.name, factory.title) == ("kind", "Kind")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('title = "Kind"\n', "", 1, ["title", "is needed"]),
        ('poll = "5s"', 'pol = "5s"', 2, ["pol: unknown key", "did you mean `poll`?"]),
        ('poll = "5s"', "poll = -1", 2, ["poll", "length of time"]),
        ('poll = "5s"', 'poll = "soon"', 2, ["poll", "length of time"]),
        ('poll = "5s"', "poll = true", 2, ["poll", "length of time"]),
        ('poll = "5s"', 'zone = "Mars/Base"', 2, ["zone", "Mars/Base"]),
        ('poll = "5s"', "poll_limit = 0", 2, ["poll_limit"]),
        ('go = "running"', 'go = "runing"', 4, ["[states.go] state", '"runing"', "did you mean `running`?"]),
        ('state = "state"', 'satus = "state"', 7, ["[job] satus", "did you mean `state`?"]),
        ('state = "state"', 'type = "state"', 5, ["[job] state", "is needed"]),
        ('state = "state"', 'state = "a.[b"', 7, ["[job.state] at", "`a.[b` is not JMESPath", "character"]),
        ('state = "state"', 'state = ""', 7, ["[job.state] at", "not JMESPath"]),
        ('state = "state"', 'state = "lenght(a)"', 7, ["unknown function `lenght`", "did you mean `length`?"]),
        ('state = "state"', "state = 5", 7, ["[job] state", "got 5"]),
        ('id = "id"\n', "", 5, ["[job] id", "is needed where jobs are listed"]),
        ('id = "id"', 'id = "id"\nprogress = { at = "p", unit = "percents" }', 7, ["unit", "did you mean `percent`?"]),
        ('id = "id"', 'id = "id"\nprogress = { at = "p", uint = "percent" }', 7, ["uint", "did you mean `unit`?"]),
        ('id = "id"', 'id = "id"\nattempts = { at = "p", default = "no" }', 7, ["attempts", "default", '"no"']),
        ('id = "id"', 'id = "id"\nfraction = ["a"]', 7, ["[job] fraction"]),
        ('path = "/{id}"', 'path = "{id}"', 9, ["[get] path", 'write "/{id}"']),
        ('path = "/{id}"', 'path = "/"', 9, ["[get] path", "{id}"]),
        ('path = "/{id}"', 'path = "/{ido}"', 9, ["[get] path", "nothing fills {ido}", "did you mean `id`?"]),
        ('path = "/{id}"', 'path = "/{id}?full=1"', 9, ["[get] path", "query"]),
        ('path = "/{id}"\n', "", 8, ["[get] path", "is needed"]),
        ('items = "jobs"', 'paging = "pages"', 12, ["[list] paging", "did you mean `page`?"]),
        ('items = "jobs"', 'paging = "cursor"', 10, ["[list] next", "is needed"]),
        ('items = "jobs"', "query = { a = [1] }", 12, ["[list] query", "texts and numbers"]),
        ("[actions.pause]", "[actions.puase]", 13, ["[actions] puase", "did you mean `pause`?"]),
        ("PUT /{id}", "GET /{id}", 14, ["[actions.pause] send", "GET changes nothing"]),
        ("PUT /{id}", "put it", 14, ["[actions.pause] send", "method and a path"]),
        ('action = "pause"', 'action = "{who}"', 15, ["[actions.pause] json", "{who}"]),
        ('from = ["go"]', 'from = ["og"]', 16, ["[actions.pause] from", '"og" is not in [states]', "`go`"]),
        ('from = ["go"]', 'form = ["go"]', 16, ["[actions.pause] form", "did you mean `from`?"]),
        ("POST /{what}", "POST /{that}", 18, ["[submit.new] send", "{that}", "did you mean `what`?"]),
        ("required = true", 'type = "txt"', 20, ["type", "did you mean `text`?"]),
        ("required = true", "default = 5", 20, ["default", "what must be text"]),
        ("required = true", 'type = "int", choices = ["a"]', 20, ["choices are for text"]),
        ("what = {", '"w w" = {', 19, ["fields", "letters"]),
        ("[list]", "[list", 10, ["is not TOML"]),
        ('poll = "5s"', 'poll = "5s', 2, ["is not TOML"]),
        ('title = "Kind"', "title = 3", 1, ["title", "got 3"]),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, line: int, words: list[str]) -> None:
    assert old in GOOD
    said = complaint(tmp_path, GOOD.replace(old, new, 1))
    assert said.startswith(f", line {line}: "), said
    for word in words:
        assert word in said


def test_a_line_is_found_behind_long_texts_comments_and_quoted_keys(tmp_path: Path) -> None:
    text = GOOD.replace('"Kind"', '"""\n[job]\nsatus = 1\n"""') + '[queues]\npath = ""\nnotes."a b" = "x.["\n'
    assert complaint(tmp_path, text).startswith(", line 26: [queues.notes] a b: `x.[`")


def test_a_missing_unreadable_or_strange_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"cannot be read: No such file"):
        load_mapping(tmp_path / "none.toml")
    with pytest.raises(MappingError, match=r"cannot be read"):
        load_mapping(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'title = "\xe9"')
    with pytest.raises(MappingError, match=r"is not UTF-8"):
        load_mapping(tmp_path / "latin.toml")
    (tmp_path / "empty.toml").write_text("")
    with pytest.raises(MappingError, match=r"line 1: title: is needed"):
        load_mapping(tmp_path / "empty.toml")
    (tmp_path / "deep.toml").write_text("a = " + "[" * 100_000)
    with pytest.raises(MappingError, match=r"line 1"):
        load_mapping(tmp_path / "deep.toml")


def test_a_mapping_that_can_ask_nothing_is_refused(tmp_path: Path) -> None:
    said = complaint(tmp_path, 'title = "x"\n[job]\nstate = "s"\n')
    assert "there is nothing to ask" in said


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_any_damage_to_a_file_is_told_in_one_sentence(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(TEXTS))
    lines = text.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.integers(0, 3)):
            case 0:
                lines[at] = ""
            case 1:
                lines[at] = lines[data.draw(st.integers(0, len(lines) - 1))]
            case 2:
                value = data.draw(st.sampled_from(["5", "-1", "true", '""', '"x"', "[]", "{}", "1.5", "[1]", "nan"]))
                lines[at] = re.sub("= .*", lambda _, value=value: f"= {value}", lines[at])  # type: ignore[misc]
            case _:
                column = data.draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:column] + data.draw(st.text(max_size=2)) + lines[at][column + 1 :]
    text = "\n".join(lines)
    try:
        Plan(parse_mapping(text, "f"))
    except BadDefault:
        return
    except MappingError as error:
        found = re.match(r"f, line (\d+): ", str(error))
        assert found
        assert 1 <= int(found[1]) <= max(1, len(lines))


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_every_mapping_that_comes_with_jobdash_loads(path: Path) -> None:
    factory = load_mapping(path)
    dialect = factory("s")
    assert dialect.title == factory.title
    assert factory.name == path.stem
