"""The registry: names without imports, broken kinds left out by name, and the nearest right name."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from jobdash.client.dialect import Dialect, DialectOptions
from jobdash.client.registry import LoadedMapping, Registry
from jobdash.model.errors import ConfigError, MappingError

WORKING = "from jobdash.client.dialect import Dialect\n\n\nclass dialect(Dialect):\n    title = 'Works'\n"


@dataclass
class Mapped:
    title: str

    def __call__(self, server: str, options: DialectOptions | None = None, /) -> Dialect:
        return Dialect(server, options)


def load_mapping(path: Path) -> LoadedMapping:
    text = path.read_text()
    if text == "broken":
        raise MappingError(f"{path.name}, line 1: no title")
    return Mapped(text)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package of dialects like the real one."""
    folder = tmp_path / "some_dialects"
    (folder / "mapping").mkdir(parents=True)
    for name, text in {
        "__init__.py": "",
        "_private.py": "raise AssertionError",
        "_private.toml": "x",
        "mapping/__init__.py": "",
        "notes.md": "",
        "works.py": WORKING,
        "breaks.py": "raise RuntimeError('out of \\x1b[31m order')",
        "empty.py": "",
        "alien.py": "class dialect: title = 'x'",
        "mapped.toml": "Mapped API",
        "bad.toml": "broken",
    }.items():
        (folder / name).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "some_dialects"
    for name in [name for name in sys.modules if name.startswith("some_dialects")]:
        del sys.modules[name]


def test_names_are_listed_without_importing_anything(package: str) -> None:
    names = Registry(load_mapping, package=package).names()
    assert names == ("alien", "bad", "breaks", "empty", "mapped", "works")
    assert not [name for name in sys.modules if name.startswith(package)]


def test_a_broken_kind_is_reported_by_name_and_the_others_work(package: str) -> None:
    registry = Registry(load_mapping, package=package)
    assert {name: kind.title for name, kind in registry.usable().items()} == {"mapped": "Mapped API", "works": "Works"}
    assert registry.problems == {
        "alien": "dialect is not a Dialect",
        "bad": "bad.toml, line 1: no title",
        "breaks": "RuntimeError: out of [31m order",
        "empty": "AttributeError: module 'some_dialects.empty' has no attribute 'dialect'",
    }
    with pytest.raises(ConfigError, match="the dialect breaks cannot be used: RuntimeError"):
        registry.get("breaks")


def test_a_kind_is_bound_to_a_server(package: str) -> None:
    options = DialectOptions(base="/api")
    dialect = Registry(load_mapping, package=package).make("works", "docs", options)
    assert (dialect.server, dialect.title, dialect.options) == ("docs", "Works", options)


def test_an_unknown_kind_names_the_nearest_ones(package: str) -> None:
    registry = Registry(load_mapping, package=package)
    with pytest.raises(ConfigError, match="'Worksx' is no kind of server that is known here: works"):
        registry.get("Worksx")
    with pytest.raises(ConfigError, match="alien or bad or breaks or empty or mapped or works"):
        registry.get("qqqqqqqq")


def test_a_persons_mapping_wins_and_may_be_given_by_path(package: str, tmp_path: Path) -> None:
    own, other = tmp_path / "mapped.toml", tmp_path / "my own.toml"
    own.write_text("Mine")
    other.write_text("Another")
    registry = Registry(load_mapping, [own], package=package)
    assert registry.get("mapped").title == "Mine"
    assert registry.get(str(other)).title == "Another"


def test_a_package_that_is_not_there_has_no_kinds() -> None:
    assert Registry(load_mapping, package="no.such.package").names() == ()


def test_a_plug_in_is_found_by_its_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "plug-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: plug\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[some.group]\nfleet = plugged_fleet:Fleet\nlost = no_such_module:X\n")
    (tmp_path / "plugged_fleet.py").write_text(WORKING.replace("class dialect", "class Fleet"))
    monkeypatch.syspath_prepend(str(tmp_path))
    registry = Registry(load_mapping, package="no.such.package", group="some.group")
    assert registry.names() == ("fleet", "lost")
    assert "plugged_fleet" not in sys.modules
    assert list(registry.usable()) == ["fleet"]
    assert "no_such_module" in registry.problems["lost"]
    del sys.modules["plugged_fleet"]
