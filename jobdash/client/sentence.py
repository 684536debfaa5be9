"""Foreign text made fit for one line of an error: no control characters, no line breaks, no endless length.

This guards the errors of this floor. Everything else a server says is neutralised where it is drawn.
"""

import re
import unicodedata

LIMIT = 300
_SPACE = re.compile(r"\s+")


def one_line(text: str, limit: int = LIMIT) -> str:
    """`text` on one line of at most `limit` characters, without anything that could steer a terminal."""
    head = _SPACE.sub(" ", text[: 8 * limit])
    seen = "".join(char for char in head if char == " " or unicodedata.category(char)[0] != "C").strip()
    return seen if len(seen) <= limit else seen[: limit - 1].rstrip() + "…"
