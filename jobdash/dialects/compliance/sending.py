"""Nothing is sent that was not meant: readings change nothing, changes are marked, and no id becomes another path."""

from jobdash.client.dialect import Request, quote_id
from jobdash.dialects.compliance.hostile import IDS
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
                assert any(each.changes for each in server.requests), f"{question.name} is not marked as a change"
                blind = [each.method for each in server.requests if each.method in CHANGING and not each.changes]
                assert not blind, f"{question.name} sends {blind}, which would be repeated"

    def test_the_probe_is_harmless(self) -> None:
        probe = self.made().probe
        assert probe is None or (probe.method == "GET" and not probe.changes)

    def test_no_id_becomes_another_path(self) -> None:
        for id in IDS:
            for question in self.promised():
                dialect = self.made()
                server = Recorded(self.payloads, dialect, id=id)
                self.outcome(question, server, dialect, id)
                for request in server.requests:
                    _check(request, id)

    def test_no_id_becomes_another_stream(self) -> None:
        self.needs("stream")
        for id in IDS:
            try:
                _check(self.made().stream(id), id)
            except NotFound:
                continue


def _check(request: Request, id: str) -> None:
    path = request.path
    assert path.isascii() and path.isprintable() and not set(path) & set(" ?#\\{}"), f"{id!r} made the path {path!r}"
    parts = path.strip("/").split("/")
    assert not {".", ".."} & set(parts), f"{id!r} made the path {path!r}"
    # An id that holds its queue is divided once, at its first slash.
    for own in (id, id.partition("/")[2]):
        if "/" in own and quote_id(own) not in parts:
            assert own not in path, f"{id!r} made the path {path!r}"
