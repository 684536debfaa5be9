"""Which keys a person chose instead of the table's own: checked at the start, shown wherever a key is told."""

import difflib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from textual.app import App
from textual.keys import KEY_NAME_REPLACEMENTS, Keys

from jobdash.model.errors import ConfigError
from jobdash.tui.actions import ACTIONS, Group, KeyRow, Where

RESERVED: Final = frozenset(f"ctrl+{letter}" for letter in "absqz")
"""Terminals and multiplexers keep these for themselves."""

NAMED: Final = frozenset(key.value for key in Keys if not key.value.startswith("<")) | {
    key for row in ACTIONS for key in row.keys
}

ASKING: Final = frozenset({"submit_job", "retry_failed", "restart_alike"})
"""They lead to a change of a server without being one themselves."""

READING: Final = frozenset({Where.TEXT, Where.DATA, Where.LOG, Where.LOGS})

DRAWN: Final = {"enter": "↵", "escape": "esc", "left": "←", "right": "→", "up": "↑", "down": "↓"}


@dataclass(frozen=True, slots=True)
class Keymap:
    """`keys` are Textual's names by action id; an action that is not in it keeps those of the table."""

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def row(self, row: KeyRow) -> KeyRow:
        """The row as this person presses it."""
        if (keys := self.keys.get(row.id)) is None:
            return row
        return replace(row, keys=keys, shown=" ".join(map(drawn, keys)))

    def textual(self) -> dict[str, str]:
        """For `App.set_keymap`."""
        return {id: ",".join(keys) for id, keys in self.keys.items()}


def keymap_of(app: App[object]) -> Keymap:
    """The keys of an app; those of the table where it knows of no others."""
    found = getattr(app, "keymap", None)
    return found if isinstance(found, Keymap) else Keymap()


def checked(wanted: Mapping[str, Sequence[str]]) -> Keymap:
    """The keys that a person wrote, by action id. Raises ConfigError: `sort_by: ...`."""
    table = {row.id: row for row in ACTIONS}
    for id, keys in wanted.items():
        if id not in table:
            near = difflib.get_close_matches(id, table, n=1)
            hint = f"did you mean `{near[0]}`?" if near else "the key table of README names them"
            raise ConfigError(f"{id}: there is no such action; {hint}")
        for key in keys:
            if (why := _refusal(table[id], key)) is not None:
                raise ConfigError(f"{id}: {why}")
    found = Keymap({id: tuple(dict.fromkeys(map(named, keys))) for id, keys in wanted.items()})
    for id in wanted:
        for key, other in _twice(found, table[id]):
            place = next(iter(table[id].where & other.where), Where.EVERYWHERE)
            raise ConfigError(f"{id}: {drawn(key)!r} is the key of {other.id} already, {place}")
    return found


def named(key: str) -> str:
    """Textual's name of a key, which may be written as its character."""
    if len(key) != 1 or key.isalnum():
        return key
    name = unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def drawn(key: str) -> str:
    """A key as it is printed."""
    before, plus, last = key.rpartition("+")
    if last in DRAWN:
        return f"{before}{plus}{DRAWN[last]}"
    return next((chr(code) for code in range(33, 127) if named(chr(code)) == key), key)


def _refusal(row: KeyRow, key: str) -> str | None:
    """Why an action cannot have this key."""
    name = named(key)
    if row.group in (Group.ANSWER, Group.TYPE):
        return "the keys that answer a question, type or choose stay as they are"
    if not (len(key) == 1 and key.isprintable() and key != " ") and name not in NAMED:
        return f'{key!r} is no key; one like "x", "X", "ctrl+x", "f5" or "left" is expected'
    if name in RESERVED:
        return f"{key} belongs to terminals; another key is expected"
    if (row.group is Group.CHANGE or row.id in ASKING) and not (len(key) == 1 and key.isupper()):
        return f"it changes a server, and only a capital letter may do that, but it is {key!r}"
    return None


def _twice(keymap: Keymap, row: KeyRow) -> Iterator[tuple[str, KeyRow]]:
    """The keys that a person gave to an action though another has them in the same place."""
    given = set(keymap.row(row).keys)
    for other in ACTIONS:
        if other.id != row.id and _meet(row, other):
            both = given & set(keymap.row(other).keys)
            yield from ((key, other) for key in sorted(both - (set(row.keys) & set(other.keys))))


def _meet(row: KeyRow, other: KeyRow) -> bool:
    """True when both can be pressed at the same place; what moves a list moves logs and data, too."""
    one, two = (places.where | (READING if places.group is Group.MOVE else set()) for places in (row, other))
    if Where.EVERYWHERE in one | two or one & two:
        return True
    return bool(Where.TEXT in one | two and one & READING and two & READING)
