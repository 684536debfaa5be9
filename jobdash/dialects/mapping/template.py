"""Paths, parameters and bodies with `{placeholders}`. Values can fill a place, never change the shape around it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from jobdash.client.dialect import quote_id
from jobdash.dialects.mapping.units import sendable
from jobdash.dialects.mapping.words import PLACEHOLDER
from jobdash.model.errors import NotFound

ABSENT = object()


def joined(base: str, path: str) -> str:
    """`path` below `base`; a path that begins with `//` is below the server's URL itself."""
    if path.startswith("//"):
        return path[1:]
    if base and (path == base or path.startswith(base + "/")):
        return path
    return base + path


def fill_path(path: str, words: Mapping[str, Any], *, slashes: frozenset[str] = frozenset()) -> str:
    """`path` with every word as one encoded segment; the words named in `slashes` keep their slashes."""

    def segment(name: str) -> str:
        value = str(words[name])
        if not value or not sendable(value):
            raise NotFound(f"no {name} can be {'empty' if not value else 'half a character'}")
        return quote(value, safe="/") if name in slashes else quote_id(value)

    return PLACEHOLDER.sub(lambda found: segment(found[1]), path)


def fill(template: Any, words: Mapping[str, Any]) -> Any:
    """`template` with its placeholders filled.

    A text that is nothing but one placeholder becomes the value with its own type; entries whose value is not
    known are left out of their object.
    """
    if isinstance(template, str):
        return fill_text(template, words)
    if isinstance(template, dict):
        filled = {key: fill(value, words) for key, value in template.items()}
        return {key: value for key, value in filled.items() if value is not ABSENT}
    if isinstance(template, list):
        return [value for part in template if (value := fill(part, words)) is not ABSENT]
    return template


def fill_text(template: str, words: Mapping[str, Any]) -> Any:
    if alone := PLACEHOLDER.fullmatch(template):
        value = words.get(alone[1])
        return ABSENT if value is None else value
    return PLACEHOLDER.sub(lambda found: "" if words.get(found[1]) is None else str(words[found[1]]), template)
