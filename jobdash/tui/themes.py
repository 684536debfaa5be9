"""Finds the themes, reads them, and names the broken ones. All colours live in the .toml files, none here."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from textual.color import Color, ColorParseError
from textual.theme import Theme

from jobdash.model.errors import ConfigError

DEFAULT: Final = "night"
BASE: Final = (
    "primary",
    "secondary",
    "accent",
    "foreground",
    "background",
    "surface",
    "panel",
    "success",
    "warning",
    "error",
)
PACKAGE: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Themes:
    """`defaults` are the variables of the default theme, for themes that leave some out; `problems` are sentences."""

    found: Mapping[str, Theme]
    problems: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)


def folders(person: Path | None = None) -> list[Path]:
    """Where themes may be, later ones win: the package, the folder beside it, the person's own."""
    beside = PACKAGE.parent / "themes"
    own = [person / "themes"] if person is not None else []
    return [PACKAGE / "themes", *([] if (PACKAGE / "themes").is_dir() else [beside]), *own]


def load(places: Iterable[Path]) -> Themes:
    """Every readable theme by name. Raises ConfigError only when not even the default theme is there."""
    found: dict[str, Theme] = {}
    problems: list[str] = []
    for path in _files(places):
        try:
            found[path.stem] = read(path)
        except ConfigError as problem:
            problems.append(str(problem))
    if DEFAULT not in found:
        raise ConfigError(f"the theme {DEFAULT}.toml is missing or broken: install jobdash again")
    return Themes(found, tuple(problems), found[DEFAULT].variables)


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        if place.is_dir():
            yield from sorted(place.glob("*.toml"))


def read(path: Path) -> Theme:
    """One theme file; raises ConfigError with the file and the key."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ConfigError(f"theme {path.name}: {problem}") from problem
    dark, base, variables = content.get("dark", True), content.get("base"), content.get("variables", {})
    if unknown := sorted(set(content) - {"dark", "base", "variables"}):
        raise ConfigError(f"theme {path.name}: unknown key {unknown[0]}")
    if not isinstance(dark, bool) or not isinstance(base, dict) or not isinstance(variables, dict):
        raise ConfigError(f"theme {path.name}: expected dark = true or false, [base] and [variables]")
    if unknown := sorted(set(base) - set(BASE)):
        raise ConfigError(f"theme {path.name}: unknown key base.{unknown[0]}")
    if "primary" not in base:
        raise ConfigError(f"theme {path.name}: base.primary is missing")
    for name, value in (*base.items(), *variables.items()):
        _check_colour(path, name, value)
    return Theme(name=path.stem, dark=dark, variables=dict(variables), **base)


def _check_colour(path: Path, name: str, value: object) -> None:
    try:
        if not isinstance(value, str):
            raise ConfigError(f'theme {path.name}: {name} must be a colour in quotes, as in "#d0d4dc"')
        Color.parse(value)
    except ColorParseError as problem:
        raise ConfigError(f"theme {path.name}: {name} is not a colour: {value}") from problem
