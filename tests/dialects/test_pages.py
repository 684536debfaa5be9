"""Pages of a mapped listing are read again only when their bytes are others."""

from dataclasses import replace
from pathlib import Path

from jobdash.client.dialect import Answer, Request
from jobdash.dialects.mapping.dialect import MappingDialect
from jobdash.dialects.mapping.pages import Pages
from jobdash.model.report import Page
from tests.dialects.asking import written

MAPPING = """
title = "Pages"
[states]
done = "completed"
[job]
id = "id"
state = "status"
[get]
path = "/{id}"
[list]
path = "/jobs"
items = "jobs"
"""
OF_CHANGES = """
[list.since]
param = "since"
field = "updated_at"
"""


class Server:
    """Answers as the client does: a body whose digest is known is left out. `read` counts the others."""

    def __init__(self, *ids: str) -> None:
        self.ids = ids
        self.read = 0

    async def __call__(self, request: Request) -> Answer:
        digest = ",".join(self.ids) if request.known is not None else ""
        if digest and digest == request.known:
            return Answer(status=200, body=None, url="u", digest=digest)
        self.read += 1
        jobs = [{"id": id, "status": "done"} for id in self.ids]
        return Answer(status=200, body={"jobs": jobs}, url="u", digest=digest, size=len(digest))


async def ids(dialect: MappingDialect, server: Server) -> list[str]:
    return [report.job.id for report in (await dialect.page(server, None)).reports]


async def test_a_listing_that_stays_is_read_once_and_given_as_the_same_page(tmp_path: Path) -> None:
    dialect, server = written(tmp_path, MAPPING), Server("a", "b")
    first = await dialect.page(server, None)
    assert all([await dialect.page(server, None) is first for _ in range(3)])
    assert server.read == 1
    server.ids = ("a", "c")
    assert await ids(dialect, server) == ["a", "c"]
    server.ids = ("a", "b")
    assert await ids(dialect, server) == ["a", "b"]
    assert server.read == 3


async def test_a_listing_from_whose_time_on_changes_are_asked_for_is_read_anew(tmp_path: Path) -> None:
    text = MAPPING.replace('state = "status"', 'state = "status"\nupdated_at = "updated"') + OF_CHANGES
    dialect, server = written(tmp_path, text), Server("a")
    assert [await ids(dialect, server) for _ in range(2)] == [["a"], ["a"]]
    assert server.read == 2


def test_of_many_pages_only_the_last_are_kept() -> None:
    pages = Pages(volume=100)
    answer = Answer(status=200, body=None, url="u", digest="d", size=40)
    requests = [Request(path="/jobs", query={"page": number}) for number in range(4)]
    for request in requests:
        pages.keep(request, answer, Page(reports=()))
    assert [pages.known(request) for request in requests] == ["", "", "d", "d"]
    pages.keep(requests[3], replace(answer, digest=""), Page(reports=()))
    assert pages.known(requests[3]) == ""
    pages.keep(requests[0], replace(answer, size=101), Page(reports=()))
    assert [pages.known(request) for request in requests] == ["", "", "", ""]
