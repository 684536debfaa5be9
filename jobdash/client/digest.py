"""What an answer is known again by: as much of it as decides what it means."""

from collections.abc import Mapping
from hashlib import blake2b

MEANING = ("content-type", "link")
"""Headers that decide it, too: how the bytes are to be read, and where the listing goes on."""


def digest_of(data: bytes, headers: Mapping[str, str]) -> str:
    """The same for the same body, and hardly ever for another."""
    found = blake2b(data, digest_size=16)
    for name in MEANING:
        found.update(f"\n{headers.get(name, '')}".encode())
    return found.hexdigest()
