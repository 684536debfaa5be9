"""Capabilities tell the truth: what is declared works, and what is not declared is not supported."""

import asyncio
from collections.abc import Callable

from jobdash.client.dialect import Request
from jobdash.dialects.compliance.questions import SINCE, reading
from jobdash.dialects.compliance.recorded import Recorded
from jobdash.dialects.compliance.rig import SERVER, Rig
from jobdash.dialects.compliance.sound import sound
from jobdash.model.errors import NotSupported
from jobdash.model.report import JobReport

MOST_PAGES = 100


class Promises(Rig):
    """Tests of what a dialect says of itself."""

    def test_it_is_bound_to_a_server_and_has_a_title(self) -> None:
        dialect = self.made()
        assert dialect.title
        assert dialect.server == SERVER
        assert dialect.poll > 0

    def test_what_it_declares_works(self) -> None:
        for question in self.promised():
            dialect = self.made()
            server = Recorded(self.payloads, dialect)
            found = self.put(question, server, dialect)
            assert server.requests, f"{question.name} asked nothing"
            assert found is not None, f"{question.name} told nothing"
            wrong = sound(found, SERVER)
            assert wrong is None, f"{question.name}: {wrong}"

    def test_what_it_does_not_declare_is_not_supported(self) -> None:
        dialect = self.made()
        for question in self.questions():
            if question.promised(dialect.capabilities):
                continue
            server = Recorded(self.payloads, dialect)
            assert self.outcome(question, server, dialect) == "NotSupported", f"{question.name} is not declared"
            assert not server.requests, f"{question.name} is not declared, and yet something was asked"

    def test_there_are_streams_where_they_are_declared(self) -> None:
        dialect = self.made()
        able = dialect.capabilities
        assert _is_there(lambda: dialect.stream(self.payloads.id)) == able.stream
        assert _is_there(dialect.feed) == able.feed
        assert bool(self.payloads.events) == able.stream, "events are to be recorded where there is a stream"
        assert bool(self.payloads.feed_events) == able.feed, "feed_events are to be recorded where there is a feed"

    def test_recorded_events_tell_of_jobs(self) -> None:
        for events, id in ((self.payloads.events, self.payloads.id), (self.payloads.feed_events, None)):
            heard = [self.made().read_event(event, id) for event in events]
            assert not events or any(isinstance(each, JobReport) for each in heard), "no event tells of a job"

    def test_a_webhook_tells_of_a_job(self) -> None:
        dialect = self.made()
        if not dialect.capabilities.webhook:
            try:
                dialect.read_webhook(None)
            except NotSupported:
                return
            raise AssertionError("webhooks are read that are not declared")
        report = dialect.read_webhook(self.payloads.webhook)
        wrong = sound(report, SERVER)
        assert wrong is None, f"webhook: {wrong}"
        assert report == self.made().read_webhook(self.payloads.webhook)

    def test_forms_are_there_where_jobs_can_be_submitted(self) -> None:
        dialect = self.made()
        assert bool(dialect.forms) == dialect.capabilities.submit
        for form in dialect.forms:
            assert form.checked(self.payloads.submit.get(form.name, {})), f"record values for the form {form.name}"

    def test_the_recorded_job_is_told_by_its_id(self) -> None:
        dialect = self.made()
        found = self.put(reading("job"), Recorded(self.payloads, dialect), dialect)
        assert isinstance(found, JobReport)
        assert found.job.key == (SERVER, self.payloads.id)

    def test_every_page_of_the_listing_is_another_one(self) -> None:
        self.needs("list")
        dialect = self.made()

        async def walk() -> None:
            server, cursor, seen = Recorded(self.payloads, dialect), None, set[str]()
            while (cursor := (await dialect.page(server, cursor)).next) is not None:
                assert cursor not in seen, f"the listing leads back to {cursor!r}"
                seen.add(cursor)
                assert len(seen) < MOST_PAGES, "the listing has no end"

        asyncio.run(walk())

    def test_a_delta_says_since_when(self) -> None:
        self.needs("delta")
        assert self.made().capabilities.list, "a delta is a part of a listing"
        asked = [self._asked_for_delta(since) for since in (SINCE, SINCE + 1)]
        whole = Recorded(self.payloads, dialect := self.made())
        asyncio.run(dialect.page(whole, None))
        assert asked[0] != asked[1], "two deltas from different times ask the same"
        assert asked[0] != whole.requests, "a delta asks the same as the listing"

    def _asked_for_delta(self, since: float) -> list[Request]:
        dialect = self.made()
        server = Recorded(self.payloads, dialect)
        asyncio.run(dialect.delta(server, since, None))
        return server.requests


def _is_there(make: Callable[[], Request]) -> bool:
    try:
        return make().method == "GET"
    except NotSupported:
        return False
