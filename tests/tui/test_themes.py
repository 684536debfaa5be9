"""Every theme can be read by everybody, and a broken one only loses itself."""

from pathlib import Path

import pytest
from textual.color import Color

from jobdash.model.errors import ConfigError
from jobdash.tui import themes

NAMES = ("night", "day", "high-contrast", "colour-blind")
FOUND = themes.load(themes.folders()).found
BACKGROUNDS = {"bar-rest", "rule", "cursor", "cursor-blurred", "answer", "answer-background", "dialog"}
TEXTS = [name for name in FOUND["night"].variables if name not in BACKGROUNDS and not name.startswith("scrollbar")]
IN_ROWS = [name for name in TEXTS if name.startswith(("job-", "bar-")) or name in ("ink", "quiet", "stale")]


def contrast(one: str, other: str) -> float:
    """WCAG 2: (lighter + 0.05) / (darker + 0.05)."""

    def luminance(colour: str) -> float:
        parts = [part / 255 for part in Color.parse(colour).rgb]
        red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lights = sorted((luminance(one), luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def test_the_promised_themes_are_there() -> None:
    assert set(NAMES) <= set(FOUND)
    for name in NAMES:
        assert set(FOUND[name].variables) == set(FOUND["night"].variables)


@pytest.mark.parametrize("name", NAMES)
def test_text_is_readable_on_every_ground_it_stands_on(name: str) -> None:
    theme = FOUND[name]
    grounds = {"background": theme.background, "surface": theme.surface, "dialog": theme.variables["dialog"]}
    faint = [
        f"{variable} on {ground}: {ratio:.2f}"
        for ground, colour in grounds.items()
        for variable in TEXTS
        if (ratio := contrast(theme.variables[variable], colour or "")) < 4.5
    ]
    faint += [
        f"{variable} on {ground}: {ratio:.2f}"
        for ground in ("cursor", "cursor-blurred")
        for variable in IN_ROWS
        if variable != "bar-rest" and (ratio := contrast(theme.variables[variable], theme.variables[ground])) < 4.5
    ]
    assert not faint


def test_a_broken_theme_is_named_and_left_out(tmp_path: Path) -> None:
    own = tmp_path / "themes"
    own.mkdir()
    (own / "mine.toml").write_text('[base]\nprimary = "#ffffff"\n')
    (own / "typo.toml").write_text('[base]\nprimary = "#fffffz"\n')
    (own / "odd.toml").write_text('colour = 3\n[base]\nprimary = "#fff"\n')
    (own / "number.toml").write_text("[base]\nprimary = 3\n")
    (own / "torn.toml").write_bytes(b"\xff\xfe[")
    loaded = themes.load(themes.folders(tmp_path))
    assert "mine" in loaded.found
    assert len(loaded.problems) == 4
    assert any("typo.toml: primary is not a colour: #fffffz" in problem for problem in loaded.problems)
    assert any("odd.toml: unknown key colour" in problem for problem in loaded.problems)


def test_without_the_default_theme_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"night\.toml is missing"):
        themes.load([tmp_path])
