"""The audit log: a line before anything is sent, whole lines from two processes, and nothing that is secret."""

import json
import multiprocessing
from pathlib import Path

import pytest

from jobdash.engine.clock import SystemClock
from jobdash.engine.dispatch import carry_out
from jobdash.engine.journal import Journal, JournalError, Who, read
from jobdash.model.command import Action, Command, Outcome, Phase
from jobdash.model.errors import Rejected, TimedOut
from jobdash.model.job import JobKey
from jobdash.model.state import State
from tests.engine.fake_server import FakeServer

CANCEL = Command(key=JobKey("one", "a"), action=Action.CANCEL, seen_native_state="running", reason="it hangs")


def journal(path: Path) -> Journal:
    return Journal(path, Who("ann", "desk"), SystemClock(), "1.0")


async def carried_out(server: FakeServer, path: Path) -> list[Outcome]:
    return [step.outcome async for step in carry_out(server, CANCEL, server.clock, journal(path))]


async def test_the_line_is_there_before_the_request_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "state" / "audit.jsonl"
    server, seen = FakeServer(SystemClock()), list[str]()
    server.put("a")

    def send(command: Command) -> str:
        seen.extend(event["phase"] for event in read(path))
        server.put("a", State.CANCELLED)
        return "done"

    server.on_send = send
    await carried_out(server, path)
    assert seen == ["sending"]
    first, *_ = events = list(read(path))
    assert [event["phase"] for event in events] == ["sending", "accepted", "confirmed"]
    assert {"user": "ann", "host": "desk", "jobdash": "1.0", "reason": "it hangs", "seen": "running"}.items() <= (
        first.items()
    )


@pytest.mark.parametrize(
    ("error", "phases"),
    [
        (Rejected("it is done already", status=409), ["sending", "refused"]),
        (TimedOut("no answer within 10 s"), ["sending", "unknown"]),
    ],
)
async def test_what_became_of_it_is_written_too(tmp_path: Path, error: Exception, phases: list[str]) -> None:
    server = FakeServer(SystemClock())
    server.put("a")
    server.troubles["send"] = error  # type: ignore[assignment]
    await carried_out(server, tmp_path / "audit.jsonl")
    events = list(read(tmp_path / "audit.jsonl"))
    assert [event["phase"] for event in events] == phases
    assert str(error) in events[-1]["message"]
    assert events[-1].get("status") == getattr(error, "status", None)


async def test_a_refusal_before_the_sending_is_no_sending(tmp_path: Path) -> None:
    server = FakeServer(SystemClock())
    server.put("a", State.COMPLETED)
    await carried_out(server, tmp_path / "audit.jsonl")
    assert [event["phase"] for event in read(tmp_path / "audit.jsonl")] == ["refused"]
    assert server.sends == []


async def test_without_the_line_nothing_is_sent(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    server = FakeServer(SystemClock())
    server.put("a")
    last = (await carried_out(server, tmp_path / "file" / "audit.jsonl"))[-1]
    assert (last.phase, server.sends) == (Phase.FAILED, [])
    assert last.message.count("audit log") == 1


async def test_a_log_that_breaks_after_the_sending_is_told_with_the_outcome(tmp_path: Path) -> None:
    server, path = FakeServer(SystemClock()), tmp_path / "audit.jsonl"
    server.put("a")

    def send(command: Command) -> str:
        path.unlink()
        path.mkdir()
        server.put("a", State.CANCELLED)
        return "done"

    server.on_send = send
    last = (await carried_out(server, path))[-1]
    assert last.phase is Phase.CONFIRMED
    assert "cannot be written" in last.message


def _write(path: Path, count: int) -> None:
    made = journal(path)
    for _ in range(count):
        made.outcome(Outcome(command=CANCEL, phase=Phase.UNKNOWN, message="x" * 5_000))


def test_two_processes_write_whole_lines(tmp_path: Path) -> None:
    path, spawn = tmp_path / "audit.jsonl", multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_write, args=(path, 50)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    lines = path.read_text().splitlines()
    assert len([json.loads(line) for line in lines]) == 100
    assert len({event["pid"] for event in read(path)}) == 2
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_line_that_is_not_whole_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    _write(path, 1)
    with path.open("a") as file:
        file.write('{"at": "2026\n[]\n\xff\n')
    _write(path, 1)
    assert len(list(read(path))) == 2
    assert list(read(tmp_path / "nothing")) == []


def test_hostile_words_stay_on_their_line(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    journal(path).outcome(Outcome(command=CANCEL, phase=Phase.REFUSED, message="a\nb\x1b[2J\u2028\ud800"))
    assert len(path.read_bytes().splitlines()) == 1
    assert next(read(path))["message"].startswith("a\nb")


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match=r"the audit log .* cannot be written: Is a directory"):
        journal(tmp_path).sending(CANCEL)
