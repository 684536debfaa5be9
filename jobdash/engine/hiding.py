"""Job ids shortened wherever a text is shown or written for others: `…4000` instead of the whole id."""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

SHOWN: Final = 4
"""Characters of an id that stay, at its end."""

CUT: Final = 8
"""A word that was cut at its end is no id when it has so few characters."""

WORD = re.compile(r"…?[^\s\"'`(),;<>\[\]{}|•…▌]+…?")
PARTS = re.compile(r"([/:=?&#@~+])")


class Hiding:
    """`known` tells whether a text is the id of a job; the length of a text never changes, so that columns stay."""

    def __init__(self, known: Callable[[str], bool]) -> None:
        self._known = known

    def __call__(self, text: str) -> str:
        """`text` with every id in it shortened, also those that were cut already."""
        stripped = text.strip()
        if stripped and self._known(stripped):
            return text.replace(stripped, short(stripped))
        return WORD.sub(self._word, text)

    def _word(self, found: re.Match[str]) -> str:
        word = found[0]
        if len(word) <= SHOWN:
            return word
        if word.endswith("…"):
            # Cut at its end, so that nobody can tell whether it was an id; one without a figure hardly is.
            return "…" + " " * (len(word) - 1) if len(word) > CUT and any(map(str.isdigit, word)) else word
        if word.startswith("…"):
            return short(word) if len(word) > SHOWN + 1 else word
        whole = self._bare(word)
        return whole if whole != word else "".join(self._bare(part) for part in PARTS.split(word))

    def _bare(self, word: str) -> str:
        """A word that is an id, perhaps with something behind it, shortened; any other as it is."""
        if self._is_id(word):
            return short(word)
        for end in (".", ":", ".json", ".log"):
            if word.endswith(end) and self._is_id(id := word.removesuffix(end)):
                return short(id) + word[len(id) :]
        return word

    def _is_id(self, text: str) -> bool:
        return len(text) > SHOWN and (self._known(text) or ("%" in text and self._known(unquote(text))))


def short(id: str) -> str:
    """The end of an id, and room for what is not shown."""
    kept = min(SHOWN, len(id) // 2)
    return "…" + id[len(id) - kept :] + " " * (len(id) - kept - 1)


def all_short(text: str) -> str:
    """Every word as if it were an id."""
    return re.sub(rf"[^\s,;]{{{SHOWN + 1},}}", lambda word: short(word[0]), text)
