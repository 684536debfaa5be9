"""Which part of a listing to ask for next. A cursor is text that only this file understands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jobdash.client.dialect import Answer
from jobdash.dialects.mapping.plan import ListPlan
from jobdash.dialects.mapping.sources import ListTable
from jobdash.dialects.mapping.unusable import Unusable

CURSOR_LIMIT = 8_000


@dataclass(frozen=True, slots=True)
class Position:
    """Where a listing is: which of several queues, and the place in it (a page, an offset, a cursor, a query)."""

    queue: int = 0
    place: str = ""

    @classmethod
    def read(cls, cursor: str | None) -> "Position":
        queue, _, place = (cursor or "0:").partition(":")
        return cls(int(queue) if queue.isdecimal() else 0, place)

    def __str__(self) -> str:
        return f"{self.queue}:{self.place}"


def parameters(table: ListTable, place: str) -> dict[str, str | int]:
    """The parameters that ask for the part at `place`; empty is the first."""
    asked: dict[str, str | int] = {}
    if table.size_param:
        asked[table.size_param] = table.size
    match table.paging:
        case "page":
            asked[table.page_param] = paged(table, place)[0]
        case "offset":
            asked[table.offset_param] = whole(place, 0)
        case "cursor" if place:
            asked[table.cursor_param] = place
        case "link" if place:
            asked.update(parse_qsl(place, keep_blank_values=True))
    return asked


def following(plan: ListPlan, place: str, answer: Answer, received: int, told: Mapping[str, Any]) -> str | None:
    """The place after this one; None at the end. A listing that stands still has ended."""
    table = plan.table
    match table.paging:
        case "page":
            page, before = paged(table, place)
            seen = before + received
            return f"{page + 1}/{seen}" if more(table, told, seen, received) else None
        case "offset":
            seen = whole(place, 0) + received
            return str(seen) if more(table, told, seen, received) else None
        case "cursor" | "link":
            found = cursor(plan, answer) if received or table.paging == "link" else None
            return found if found and found != place and len(found) <= CURSOR_LIMIT else None
        case _:
            return None


def paged(table: ListTable, place: str) -> tuple[int, int]:
    """The number of a page, and how many jobs came before it: servers cut pages without saying so."""
    number, _, before = place.partition("/")
    return whole(number, table.first_page), whole(before, 0)


def more(table: ListTable, told: Mapping[str, Any], seen: int, received: int) -> bool:
    """Whether something is left: by the total where it is told, by a full part where it is not."""
    total = told.get("total")
    return received > 0 and (seen < total if total is not None else received >= limit(table, told))


def limit(table: ListTable, told: Mapping[str, Any]) -> int:
    """How many jobs one part holds; servers send fewer than was asked when that is above their limit."""
    size = told.get("size_told")
    return min(table.size, size) if size else table.size


def cursor(plan: ListPlan, answer: Answer) -> str | None:
    try:
        found = plan.next(answer.body) if plan.next else linked(answer.headers.get("link", ""))
    except Unusable:
        return None
    if type(found) is int:
        return str(found)
    if not isinstance(found, str) or not found:
        return None
    return found if plan.table.paging == "cursor" else query_of(found)


def linked(header: str) -> str | None:
    """The address of the next part in a `Link` header (RFC 8288)."""
    for part in header.split("<")[1:]:
        address, _, rest = part.partition(">")
        relations = [word.strip().lower() for word in rest.split(";")]
        if any(word.rstrip(", ") in ('rel="next"', "rel=next") for word in relations):
            return address
    return None


def query_of(address: str) -> str | None:
    """Only the query of an address: a server can never lead the client to another host or path."""
    try:
        return urlsplit(address).query or None
    except ValueError:
        return None


def whole(place: str, first: int) -> int:
    return int(place) if place.isascii() and place.isdecimal() and len(place) < 19 else first
