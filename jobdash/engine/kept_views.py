"""The views that a person saved on the screen: `[[views]]` tables in a file of the state folder.

The config file is written by the person alone. A table from here can be moved there as it is.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from jobdash.engine.saved import KEYS, SavedView
from jobdash.model.errors import ConfigError

TEXTS = ("name", "query", "sort", "group", "times")
HEAD = "# Written by jobdash when a view is saved with W. A table may be moved to config.toml as it is.\n"


class KeptViews:
    """Reads the file anew before it changes it: another jobdash may have done so, too."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> list[SavedView]:
        """The saved views, each with its key. Raises ConfigError with one sentence."""
        try:
            tables = tomllib.loads(self.path.read_text("utf-8")).get("views", [])
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(f"{self.path}: cannot be read: {error}; move it away to begin a new one") from None
        try:
            return [_view(table) for table in tables]
        except (AttributeError, KeyError, TypeError) as error:
            raise ConfigError(f"{self.path}: is not as jobdash wrote it ({error}); move it away") from None

    def keep(self, view: SavedView) -> None:
        """Puts a view on its key, in place of the one that was there. Raises ConfigError."""
        self._write({**self._by_key(), view.key: view})

    def drop(self, key: int) -> bool:
        """Takes the view of a key away; False when there was none. Raises ConfigError."""
        known = self._by_key()
        if known.pop(key, None) is None:
            return False
        self._write(known)
        return True

    def _by_key(self) -> dict[int, SavedView]:
        return {view.key: view for view in self.load()}

    def _write(self, views: Mapping[int, SavedView]) -> None:
        text = HEAD + "".join(line for key in sorted(views) for line in _lines(views[key]))
        fresh = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh.write_text(text, "utf-8")
            fresh.replace(self.path)
        except OSError as error:
            raise ConfigError(f"{self.path}: cannot be written: {error.strerror}") from None


def _view(table: Mapping[str, Any]) -> SavedView:
    texts = {name: table[name] for name in TEXTS if name in table}
    columns, key = table.get("columns", []), table["key"]
    if not all(isinstance(text, str) for text in (*texts.values(), *columns)) or key not in KEYS:
        raise TypeError(f"the view {table['name']!r}")
    return replace(SavedView(**texts), columns=tuple(columns), key=key)


def _lines(view: SavedView) -> Iterator[str]:
    """JSON's texts and lists of texts are TOML's as well, but for one character."""
    yield f"\n[[views]]\nkey = {view.key}\n"
    for name in (*TEXTS, "columns"):
        if value := getattr(view, name):
            yield f"{name} = {json.dumps(value, ensure_ascii=False)}\n".replace("\x7f", "\\u007f")
