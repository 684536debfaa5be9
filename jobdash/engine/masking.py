"""Which values are secrets, by the names they stand under; and a value with its secrets covered. Pure."""

import re
from collections.abc import Mapping
from typing import Final

from jobdash.model.errors import ConfigError
from jobdash.model.job import Json

MASK: Final = "••••••"
USUAL: Final = "password|token|secret|key|authorization|cookie"
NOTHING: Final[tuple[Json, ...]] = (None, "", {}, [])

URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s\"'<>]+")
USERINFO: Final = re.compile(r"^([^/]+//)[^/?#]*@")
QUERY: Final = re.compile(r"(?P<name>(?<=[?&;#])[^=&;#?]+)=[^&;#]+")


class Masking:
    """`pattern` is looked for in names, in upper or lower case. Raises ConfigError when it is no regular expression."""

    def __init__(self, pattern: str = USUAL) -> None:
        try:
            self._pattern = re.compile(pattern, re.IGNORECASE)
        except re.error as error:
            raise ConfigError(f"mask: {pattern!r} is not a regular expression: {error}") from None

    def hides(self, name: object, value: Json) -> bool:
        """True for a value that must not stand where others can see it; what is empty hides nothing."""
        return isinstance(name, str) and value not in NOTHING and self._pattern.search(name) is not None

    def in_text(self, text: str) -> str:
        """`text` with what is secret inside its URLs covered: user and password, and queries under a secret name."""
        if "://" not in text:
            return text
        return URL.sub(lambda url: QUERY.sub(self._query, USERINFO.sub(rf"\1{MASK}@", url[0])), text)

    def _query(self, found: re.Match[str]) -> str:
        return f"{found['name']}={MASK}" if self._pattern.search(found["name"]) else found[0]

    def masked(self, value: Json) -> Json:
        """A copy of `value` with every secret covered, however deep; names and their order stay."""
        root: list[Json] = [None]
        waiting: list[tuple[Json, Json, Json]] = [(value, root, 0)]
        while waiting:
            found, target, place = waiting.pop()
            if isinstance(found, Mapping):
                target[place] = inside = dict.fromkeys(found)
                for name, item in found.items():
                    if self.hides(name, item):
                        inside[name] = MASK
                    else:
                        waiting.append((item, inside, name))
            elif isinstance(found, list | tuple):
                target[place] = listed = [None] * len(found)
                waiting.extend((item, listed, index) for index, item in enumerate(found))
            else:
                target[place] = self.in_text(found) if isinstance(found, str) else found
        return root[0]
