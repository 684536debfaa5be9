"""Answers that need not be sent twice: the last ones that carried an `ETag`, few and small."""

from collections import OrderedDict
from dataclasses import replace

from jobdash.client.dialect import Answer


class ETags:
    """At most `entries` answers of together at most `volume` bytes, the least used leave first."""

    def __init__(self, entries: int = 64, volume: int = 2 * 1024 * 1024) -> None:
        self._entries = entries
        self._volume = volume
        self._held = 0
        self._answers: OrderedDict[str, tuple[str, Answer, int]] = OrderedDict()

    def tag(self, url: str) -> str | None:
        """What to send as `If-None-Match`."""
        found = self._answers.get(url)
        return found[0] if found else None

    def keep(self, url: str, answer: Answer, size: int) -> None:
        """Remembers an answer of `size` bytes, if it carries a tag; forgets the one before in any case."""
        self._drop(url)
        tag = answer.headers.get("etag")
        if not tag or not tag.isascii() or not tag.isprintable() or size > self._volume // 4:
            return
        self._answers[url] = (tag, answer, size)
        self._held += size
        while len(self._answers) > self._entries or self._held > self._volume:
            self._drop(next(iter(self._answers)))

    def unchanged(self, url: str, headers: dict[str, str]) -> Answer | None:
        """The answer that a 304 with `headers` stands for; None when it is not held."""
        found = self._answers.get(url)
        if found is None:
            return None
        self._answers.move_to_end(url)
        return replace(found[1], headers={**found[1].headers, **headers})

    def _drop(self, url: str) -> None:
        found = self._answers.pop(url, None)
        if found:
            self._held -= found[2]
