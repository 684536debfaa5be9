"""A mistake in the config is told with its file and its key, whichever command or screen reads it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobdash.cli.screen import open_servers
from jobdash.cli.wire import kinds, registry
from jobdash.model.errors import ConfigError
from tests.cli.conftest import Cli

GOOD = '[[servers]]\nname = "one"\nurl = "http://127.0.0.1:1"\ndialect = "mend"\n'
MISTAKES = {
    "servers[2].url: ": 'url = "ftp://there"',
    "servers[2].dialect: ": 'url = "http://127.0.0.1:1"\ndialect = "mendd"',
    "servers[2].dialect: the": 'url = "http://127.0.0.1:1"\ndialect = "none.toml"',
}


@pytest.fixture(params=MISTAKES)
def mistaken(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A file of another name, and where its mistake is."""
    file = tmp_path / "elsewhere.toml"
    file.write_text(f'{GOOD}[[servers]]\nname = "two"\n{MISTAKES[request.param]}\n')
    yield file, f"{file}: {request.param}"
    registry.cache_clear()
    kinds.cache_clear()


@pytest.mark.parametrize("command", [["list"], ["config", "check"], ["watch"]])
def test_a_command_names_file_and_key(cli: Cli, mistaken: tuple[Path, str], command: list[str]) -> None:
    file, place = mistaken
    ran = cli(*command, "--config", str(file))
    assert ran.code == 2
    assert place in ran.err
    assert "config.toml" not in ran.err


def test_the_screen_names_file_and_key(mistaken: tuple[Path, str]) -> None:
    file, place = mistaken
    with pytest.raises(ConfigError) as caught:
        open_servers([], dialect=None, jobs=[], config=file, theme=None)
    assert str(caught.value).startswith(place)


def test_a_file_without_servers_is_named(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.toml"
    file.write_text('theme = "day"\n')
    assert str(file) in cli("show", "one/1", "--config", str(file)).err
    assert str(file) in cli("list", "--server", "one", "--config", str(file)).err
