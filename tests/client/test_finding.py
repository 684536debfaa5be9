"""A link to a server of unknown kind: what it can do before and after its kind is found."""

import pytest

from jobdash.client.dialect import Request
from jobdash.client.finding import FindingLink
from jobdash.client.link_contract import Link
from jobdash.client.settings import ServerSettings
from jobdash.model.capabilities import Capabilities
from jobdash.model.errors import BadAnswer, ServerError, Unauthorised, Unreachable
from tests.client.scripted import Script, always, answer, serving
from tests.client.test_detect import Jobs


async def test_a_link_finds_its_kind_once() -> None:
    async with serving(always(answer('{"jobs": []}'))) as server:
        link: Link = FindingLink(ServerSettings(name="docs", url=server.url), lambda: {"jobs": Jobs})
        assert (link.kind, link.dialect.capabilities) == ("?", Capabilities())
        with pytest.raises(Unreachable):
            link.listen(Request(path="/stream"))
        await link.ready()
        await link.ready()
        assert (link.name, link.kind, link.dialect.title, link.url) == ("docs", "jobs", "Jobs", server.url)
        await link.ask(Request(path="/jobs"))
        await link.aclose()
    assert len(server.received) == 2


@pytest.mark.parametrize(
    ("script", "kind"),
    [(always(answer("{}")), BadAnswer), (always(answer("{}", "401 X")), Unauthorised), (None, Unreachable)],
)
async def test_a_kind_that_cannot_be_found_is_told(script: Script | None, kind: type[ServerError]) -> None:
    async with serving(script or always(b"")) as server:
        url = server.url if script else "localhost:1"
        link = FindingLink(ServerSettings(name="docs", url=url), lambda: {"jobs": Jobs})
        with pytest.raises(ServerError) as error:
            await link.ready()
        await link.aclose()
    assert type(error.value) is kind
