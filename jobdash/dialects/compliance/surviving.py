"""Whatever a server says: a report or a ServerError, never another exception; and the same twice for the same words."""

import asyncio
from copy import deepcopy
from unittest import SkipTest

from jobdash.client.dialect import Answer
from jobdash.dialects.compliance.faults import Path, spoilings
from jobdash.dialects.compliance.hostile import ERRORS, texts
from jobdash.dialects.compliance.payloads import Exchange
from jobdash.dialects.compliance.questions import Question
from jobdash.dialects.compliance.recorded import Recorded
from jobdash.dialects.compliance.rig import SERVER, Rig, Run
from jobdash.dialects.compliance.sound import sound
from jobdash.model.errors import ServerError
from jobdash.model.job import Json


class Surviving(Rig):
    """Tests of what a dialect makes of answers."""

    def test_the_same_answer_means_the_same_twice(self) -> None:
        for question in self.promised():
            before = deepcopy(self.payloads)
            first, second = (
                self.put(question, Recorded(self.payloads, dialect), dialect) for dialect in (self.made(), self.made())
            )
            assert first == second, f"{question.name} made two things of one answer"
            assert before == self.payloads, f"{question.name} changed the answer that it read"

    def test_any_wrong_answer_is_a_report_or_a_server_error(self) -> None:
        with asyncio.Runner() as runner:
            for question in self.promised():
                for exchange in self.used_by(question):
                    for at, wrong, body in spoilings(exchange.body):
                        told = f"{question.name}, {_told(exchange, (at, wrong))}"
                        self._survives(question, (exchange, body), told, runner.run)

    def test_an_error_of_the_connection_stays_one(self) -> None:
        for question in self.promised():
            for error in ERRORS:
                dialect = self.made()
                became = self.outcome(question, Recorded(self.payloads, dialect, error=error), dialect)
                assert became in ("answered", "ServerError"), f"{question.name}: {error!r} became {became}"

    def test_any_event_is_heard(self) -> None:
        able = self.made().capabilities
        if not (able.stream or able.feed):
            raise SkipTest("no event stream is declared")
        for declared, events, id in (
            (able.stream, self.payloads.events, self.payloads.id),
            (able.feed, self.payloads.feed_events, None),
        ):
            for event in texts(events) if declared else ():
                wrong = sound(self.made().read_event(event, id), SERVER)
                assert wrong is None, f"event {event.data[:60]!r}: {wrong}"

    def test_any_delivery_is_a_report_or_a_server_error(self) -> None:
        self.needs("webhook")
        for at, wrong, body in spoilings(self.payloads.webhook):
            try:
                found = sound(self.made().read_webhook(body), SERVER)
            except ServerError:
                continue
            assert found is None, f"webhook with {str(wrong)[:60]!r} at {at}: {found}"

    def test_any_body_can_be_judged(self) -> None:
        dialect = self.made()
        for exchange in self.payloads.exchanges:
            for at, wrong, body in spoilings(exchange.body):
                told = _told(exchange, (at, wrong))
                words = dialect.error_message(500, body)
                assert words is None or isinstance(words, str), f"{told}: the words are {words!r}"
                answer = Answer(status=200, body=body, url="http://recorded/")
                assert isinstance(dialect.matches(answer), bool), f"{told}: neither yes nor no"

    def _survives(self, question: Question, fault: tuple[Exchange, Json], told: str, run: Run) -> None:
        dialect = self.made()
        try:
            found = self.put(question, Recorded(self.payloads, dialect, fault=fault), dialect, run=run)
        except ServerError:
            return
        except Exception as error:
            raise AssertionError(f"{told}: {error!r}") from error
        wrong = sound(found, SERVER)
        assert wrong is None, f"{told}: {wrong}"


def _told(exchange: Exchange, about: tuple[Path, object]) -> str:
    at, wrong = about
    place = ".".join(map(str, at)) or "the whole answer"
    return f"{exchange.method} {exchange.path} with {place} = {str(wrong)[:60]!r}"
