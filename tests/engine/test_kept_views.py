"""Views that were saved on the screen: written as TOML that the config understands, and never at the cost of others."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdash.config.models import Config
from jobdash.engine.kept_views import KeptViews
from jobdash.engine.saved import SavedView, ViewBook
from jobdash.model.errors import ConfigError

WRONG = SavedView(
    name="wrong ones",
    query='state:failed error:"timed out"',
    sort="-since",
    columns=("job:20", "length(data.pages)"),
    group="type",
    times="UTC",
    key=3,
)


@pytest.fixture
def kept(tmp_path: Path) -> KeptViews:
    return KeptViews(tmp_path / "state" / "views.toml")


def test_a_view_is_found_again(kept: KeptViews) -> None:
    assert kept.load() == []
    kept.keep(WRONG)
    kept.keep(SavedView(name="all", key=1))
    assert kept.load() == [SavedView(name="all", key=1), WRONG]
    kept.keep(SavedView(name="other", key=3))
    assert [view.name for view in kept.load()] == ["all", "other"]
    assert kept.drop(1)
    assert not kept.drop(1)
    assert [view.name for view in kept.load()] == ["other"]


def test_the_config_understands_what_is_written(kept: KeptViews) -> None:
    kept.keep(WRONG)
    (table,) = Config.model_validate(tomllib.loads(kept.path.read_text("utf-8"))).views
    assert (table.name, table.query, table.key, table.times) == (WRONG.name, WRONG.query, 3, "UTC")


@given(
    name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    query=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_any_text_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, name: str, query: str) -> None:
    kept = KeptViews(tmp_path_factory.mktemp("any") / "views.toml")
    view = SavedView(name=name, query=query, columns=(query,) if query else (), key=9)
    kept.keep(view)
    assert kept.load() == [view]


@pytest.mark.parametrize("text", ["[[views", "views = 3", "[[views]]\nname = 'a'", "[[views]]\nkey = 12\nname = 'a'"])
def test_a_broken_file_is_named_and_left_alone(kept: KeptViews, text: str) -> None:
    kept.path.parent.mkdir()
    kept.path.write_text(text)
    with pytest.raises(ConfigError, match=r"views\.toml"):
        kept.keep(WRONG)
    assert kept.path.read_text() == text


def test_a_kept_view_takes_its_key_and_moves_no_other() -> None:
    config = [SavedView(name="one"), SavedView(name="eight", key=8), SavedView(name="two")]
    book = ViewBook.of(
        config, {"docs": "two"}, [SavedView(name="mine", key=1), SavedView(name="odd", key=4, times="x")]
    )
    assert {key: view.name for key, view in book.views.items()} == {1: "mine", 2: "two", 8: "eight"}
    assert book.default_of("docs") == SavedView(name="two")
    assert "'odd' is left out" in book.problems[0]
