"""Pages of a listing that were read before, to know them again: the same bytes are not read twice."""

from collections import OrderedDict

from jobdash.client.dialect import Answer, Request
from jobdash.model.report import Page

VOLUME = 1024 * 1024


class Pages:
    """Those that were read last, of answers of together at most `volume` bytes."""

    def __init__(self, volume: int = VOLUME) -> None:
        self._volume = volume
        self._held = 0
        self._pages: OrderedDict[str, tuple[str, Page, int]] = OrderedDict()

    def known(self, request: Request) -> str:
        """The digest of the answer that this request had last; empty when its page is not held."""
        found = self._pages.get(_place(request))
        return found[0] if found else ""

    def same(self, request: Request, answer: Answer) -> Page | None:
        """The page that the same answer to this request was read as."""
        place = _place(request)
        found = self._pages.get(place)
        if found is None or not answer.digest or found[0] != answer.digest:
            return None
        self._pages.move_to_end(place)
        return found[1]

    def keep(self, request: Request, answer: Answer, page: Page) -> Page:
        """Remembers how an answer was read, and forgets how the one before was."""
        place = _place(request)
        self._held -= self._pages.pop(place, ("", page, 0))[2]
        if answer.digest:
            self._pages[place] = answer.digest, page, answer.size
            self._held += answer.size
        while self._held > self._volume:
            self._held -= self._pages.popitem(last=False)[1][2]
        return page


def _place(request: Request) -> str:
    return f"{request.path}?{sorted(request.query.items())}"
