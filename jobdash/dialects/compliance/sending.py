"""Nothing is sent that was not meant: readings change nothing, changes are marked, and no id becomes another path."""

from jobdash.client.dialect import Request
from jobdash.dialects.compliance.hostile import IDS
from jobdash.dialects.compliance.questions import Question
from jobdash.dialects.compliance.recorded import Recorded
from jobdash.dialects.compliance.rig import Rig
from jobdash.model.errors import NotFound

CHANGING = ("PUT", "PATCH", "DELETE")


class Sending(Rig):
    """Tests of the requests that a dialect makes."""

    def test_readings_change_nothing(self) -> None:
        for question in self.promised():
            if not question.changes:
                dialect = self.made()
                server = Recorded(self.payloads, dialect)
                self.put(question, server, dialect)
                sent = [each.method for each in server.requests if each.changes or each.method in CHANGING]
                assert not sent, f"{question.name} sends {sent}"

    def test_changes_are_marked_as_changes(self) -> None:
        for question in self.promised():
            if question.changes:
                dialect = self.made()
                server = Recorded(self.payloads, dialect)
                self.put(question, server, dialect)
                marked = any(each.changes for each in server.requests)
                assert marked or question.may_be_refused, f"{question.name} is not marked as a change"
                blind = [each.method for each in server.requests if each.method in CHANGING and not each.changes]
                assert not blind, f"{question.name} sends {blind}, which would be repeated"

    def test_the_probe_is_harmless(self) -> None:
        probe = self.made().probe
        assert probe is None or (probe.method == "GET" and not probe.changes)

    def test_no_id_becomes_another_path(self) -> None:
        for question in self.promised():
            usual = {_parts(request) for request in self._sent(question, self.payloads.id)}
            for id in IDS:
                for request in self._sent(question, id):
                    _check(request, id, usual)

    def test_no_id_becomes_another_stream(self) -> None:
        self.needs("stream")
        usual = {_parts(self.made().stream(self.payloads.id))}
        for id in IDS:
            try:
                _check(self.made().stream(id), id, usual)
            except NotFound:
                continue

    def _sent(self, question: Question, id: str) -> list[Request]:
        dialect = self.made()
        server = Recorded(self.payloads, dialect, id=id)
        self.outcome(question, server, dialect, id)
        return server.requests


def _check(request: Request, id: str, usual: set[int]) -> None:
    """The path of any id has as many parts as that of an ordinary one, and nothing in it ends the path."""
    path = request.path
    assert path.isascii() and path.isprintable() and not set(path) & set(" ?#\\{}"), f"{id!r} made the path {path!r}"
    assert not {".", ".."} & set(path.split("/")), f"{id!r} made the path {path!r}"
    assert _parts(request) in usual, f"{id!r} made the path {path!r}"


def _parts(request: Request) -> int:
    return request.path.strip("/").count("/")
