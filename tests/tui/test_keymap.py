"""Keys that a person chose: checked at the start, pressed, and shown where keys are told."""

from pathlib import Path

import pytest

from jobdash.cli.screen import keymap_of
from jobdash.config.load import load
from jobdash.model.errors import ConfigError
from jobdash.tui.actions import ACTIONS, Group
from jobdash.tui.app import JobdashApp
from jobdash.tui.keymap import checked, named
from jobdash.tui.screens.confirm import ConfirmScreen
from jobdash.tui.screens.pick import PickScreen
from tests.screen_text import screen_text, shows
from tests.tui.still_monitor import full_monitor


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"sort_bye": ["w"]}, "sort_bye: there is no such action; did you mean `sort_by`?"),
        ({"sort_by": ["hyper+w"]}, "sort_by: 'hyper+w' is no key"),
        ({"sort_by": ["ctrl+s"]}, "sort_by: ctrl+s belongs to terminals"),
        ({"cancel": ["x"]}, "cancel: it changes a server, and only a capital letter may do that, but it is 'x'"),
        ({"cancel": ["ctrl+x"]}, "cancel: it changes a server"),
        ({"submit_job": ["n"]}, "submit_job: it changes a server"),
        ({"retry_failed": ["f5"]}, "retry_failed: it changes a server"),
        ({"sort_by": ["f"]}, "sort_by: 'f' is the key of follow already, in the list"),
        ({"sort_by": ["w"], "columns": ["w"]}, "sort_by: 'w' is the key of columns already"),
        ({"sort_by": ["?"]}, "sort_by: '?' is the key of keys already"),
        ({"line_down": ["w"]}, "line_down: 'w' is the key of wrap already"),
        ({"find": ["w"]}, "find: 'w' is the key of wrap already"),
        ({"say_yes": ["Y"]}, "say_yes: the keys that answer a question, type or choose stay"),
    ],
)
def test_a_wrong_key_is_refused(wanted: dict[str, list[str]], why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        checked(wanted)
    assert str(caught.value).startswith(why)


def test_two_actions_may_change_places_and_every_default_may_be_written_down() -> None:
    assert checked({"sort_by": ["o"], "columns": ["s"]}).keys == {"sort_by": ("o",), "columns": ("s",)}
    for row in ACTIONS:
        if row.group not in (Group.ANSWER, Group.TYPE):
            assert checked({row.id: row.keys}).row(row).keys == row.keys
    assert [named(key) for key in "/?[-\\@w"] == [
        "slash",
        "question_mark",
        "left_square_bracket",
        "minus",
        "backslash",
        "at",
        "w",
    ]


def test_a_file_names_its_key(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[keys]\nsort_by = "w"\nfind = ["/", "f3"]')
    assert keymap_of(load(file)).keys == {"sort_by": ("w",), "find": ("slash", "f3")}
    file.write_text('[keys]\nsort_by = "f"')
    with pytest.raises(ConfigError) as caught:
        keymap_of(load(file))
    assert str(caught.value).startswith(f"{file}: keys.sort_by: 'f' is the key of follow")
    file.write_text("[keys]\nsort_by = 7")
    with pytest.raises(ConfigError, match=r"keys\.sort_by: a list is expected, but it is 7"):
        load(file)


async def test_the_chosen_key_works_and_is_shown_in_footer_help_and_palette() -> None:
    app = JobdashApp(
        full_monitor(), keymap=checked({"sort_by": ["w"], "columns": ["s"], "cancel": ["K"], "keys": ["f1"]})
    )
    async with app.run_test(size=(160, 72)) as pilot:
        await pilot.pause()
        footer = screen_text(app).splitlines()[-1]
        assert "w sort" in footer
        assert "K cancel" in footer
        assert "f1 help" in footer
        await pilot.press("w")
        assert isinstance(app.screen, PickScreen)
        await pilot.press("escape", "f1")
        assert " K " in screen_text(app) or "K  " in screen_text(app)
        assert "X         cancel" not in screen_text(app)
        await pilot.press("escape", "ctrl+p")
        await pilot.press(*"sort by a")
        await shows(pilot, "sort by a column  (w)")
        await pilot.press("escape")
        await pilot.press("X")
        assert not isinstance(app.screen, ConfirmScreen)
