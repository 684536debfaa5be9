"""The audit log: whole lines whoever writes, rotated, told back as wishes; `jobdash audit` over it."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from jobdash.engine.clock import SystemClock
from jobdash.engine.journal import Journal, JournalError, read
from jobdash.engine.monitor import Monitor
from jobdash.engine.whole_lines import WholeLines
from jobdash.engine.wishes import wishes
from jobdash.headless.audit import Filter, show_audit
from jobdash.headless.out import Out
from jobdash.model.command import Action, Command, Outcome, Phase
from jobdash.model.job import JobKey
from tests.acting.farm import ME, farm, until

ROOT = Path(__file__).parents[2]


def cancel(id: str = "a", **more: Any) -> Command:
    return Command(key=JobKey("crawl", id), action=Action.CANCEL, seen_native_state="active", **more)


def journal(path: Path, **more: Any) -> Journal:
    return Journal(WholeLines(path, **more), ME, SystemClock(), "1.2.3")


def test_a_line_says_who_when_what_and_what_came_of_it(tmp_path: Path) -> None:
    log = journal(tmp_path / "audit.jsonl")
    command = cancel(seen_attempts=2, reason="stuck since 2 a.m.", bulk="abc")
    log.sending(command)
    log.outcome(Outcome(command=command, phase=Phase.REFUSED, message="too late", status=409))
    before, after = read(log.file.path)
    assert before == {
        **{"at": before["at"], "user": "ada", "host": "ops-1", "ssh": "192.0.2.7", "pid": os.getpid()},
        **{"jobdash": "1.2.3", "server": "crawl", "job": "a", "action": "cancel", "seen": "active", "attempt": 2},
        **{"reason": "stuck since 2 a.m.", "bulk": "abc", "phase": "sending"},
    }
    assert before["at"].endswith("+00:00")
    assert (after["phase"], after["status"], after["message"]) == ("refused", 409, "too late")
    assert log.file.path.stat().st_mode & 0o077 == 0


def test_files_are_rotated_by_size_and_read_as_one(tmp_path: Path) -> None:
    log = journal(tmp_path / "audit.jsonl", largest=2_000, keep=3)
    for number in range(30):
        log.sending(cancel(f"job-{number}"))
    assert [path.name for path in log.file.files()] == [
        "audit.jsonl.3",
        "audit.jsonl.2",
        "audit.jsonl.1",
        "audit.jsonl",
    ]
    assert all(path.stat().st_size <= 2_000 for path in log.file.files())
    kept = [event["job"] for event in read(log.file.path)]
    assert kept == [f"job-{number}" for number in range(30)][-len(kept) :]


def test_a_torn_line_costs_itself_only(tmp_path: Path) -> None:
    log = journal(tmp_path / "audit.jsonl")
    log.sending(cancel("one"))
    with log.file.path.open("ab") as file:
        file.write(b'{"at": "2026')
    log.sending(cancel("two"))
    assert [event["job"] for event in read(log.file.path)] == ["one", "two"]


async def test_a_log_that_cannot_be_written_refuses_unless_the_person_allows_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    nowhere = tmp_path / "file" / "audit.jsonl"
    for required in (True, False):
        log = Journal(nowhere, ME, SystemClock(), required=required)
        async with farm("a") as crawl, crawl.monitor(journal=log) as monitor:
            told = await done(monitor, cancel(seen_attempts=1))
            assert len(crawl.changes) == (0 if required else 1)
            assert told.phase is (Phase.FAILED if required else Phase.CONFIRMED)
            assert "cannot be written" in told.message
    with pytest.raises(JournalError):
        Journal(nowhere, ME, SystemClock()).sending(cancel())


async def done(monitor: Monitor, command: Command) -> Outcome:
    monitor.submit(command)
    await until(lambda: (told := monitor.outcome(command.key)) is not None and told.phase.final)
    told = monitor.outcome(command.key)
    assert told is not None
    return told


WRITER = """
import sys
from pathlib import Path
from tests.acting.test_audit import cancel, journal
log = journal(Path(sys.argv[1]), largest=60_000, keep=1000)
for number in range(300):
    log.sending(cancel(f"{sys.argv[2]}-{number}", reason="x" * (number % 200)))
"""


def test_two_processes_on_one_file_write_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    started = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name], cwd=ROOT) for name in "ab"]
    assert [process.wait(50) for process in started] == [0, 0]
    files = WholeLines(path, keep=1000).files()
    lines = [line for file in files for line in file.read_bytes().splitlines()]
    jobs = [json.loads(line)["job"] for line in lines]
    assert len(files) > 2
    assert sorted(jobs) == sorted(f"{name}-{number}" for name in "ab" for number in range(300))
    for name in "ab":
        assert [job for job in jobs if job.startswith(name)] == [f"{name}-{number}" for number in range(300)]


BULK = """
import asyncio, sys
from pathlib import Path
from jobdash.engine.bulk.pace import Pace
from jobdash.model.command import Action
from jobdash.model.job import JobKey
from tests.acting.farm import Farm
from tests.client.scripted import Server

async def main(port, log):
    crawl = Farm()
    crawl.server = Server(port, [])
    ids = [f"job-{number:03}" for number in range(200)]
    crawl.put(*ids)
    pace = Pace(rate=200, canary=0, at_once=4)
    async with crawl.monitor(crawl.watched(read=10), journal=Path(log), pace=pace) as monitor:
        plan = await monitor.bulks.plan(Action.CANCEL, [JobKey("crawl", id) for id in ids])
        run = await monitor.bulks.start(plan, "flood")
        while run.ended_at is None:
            await asyncio.sleep(0.01)

asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
"""


async def test_after_kill_9_the_log_tells_which_were_sent(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    async with farm(*(f"job-{number:03}" for number in range(200))) as crawl:
        port = crawl.url.rpartition(":")[2]
        process = subprocess.Popen([sys.executable, "-c", BULK, port, str(path)], cwd=ROOT)  # noqa: ASYNC220
        await until(lambda: len(crawl.changes) >= 30)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        received = set(crawl.changes)
    assert 30 <= len(received) < 200
    told = [wish for wish in wishes(read(path)) if wish.get("job")]
    sent = {wish.get("job") for wish in told if wish.sent}
    assert received <= sent
    # A line is written before its request: of those under way at the end, one may not have left any more.
    assert len(sent - received) <= 4
    lost = {wish.get("job") for wish in told if wish.sent and wish.phase == "unknown"}
    assert sent - received <= lost
    assert Counter(wish.phase for wish in told)["confirmed"] > 0


def told(path: Path, wanted: Filter, form: str) -> str:
    out = io.StringIO()
    assert show_audit(wishes(read(path)), Out(out, io.StringIO()), wanted, form=form) == 0
    return out.getvalue()


def test_it_is_listed_filtered_and_exported(tmp_path: Path) -> None:
    log = journal(tmp_path / "audit.jsonl")
    one, two = cancel("one", reason="=cmd|' /C calc'!A0"), cancel("two")
    log.sending(one)
    log.outcome(Outcome(command=one, phase=Phase.ACCEPTED, message="ok"))
    log.outcome(Outcome(command=one, phase=Phase.CONFIRMED, message="ok; \x1b[31mgone", status=200))
    log.outcome(Outcome(command=two, phase=Phase.REFUSED, message="not sent: it has ended"))
    log.sending(cancel("three"))
    log.submission("media", "resize", "sending")
    log.submission("media", "resize", "accepted", id="new-1", words="queued")
    lines = told(log.file.path, Filter(), "table").splitlines()
    assert len(lines) == 5
    assert "confirmed" in lines[1]
    assert "\x1b" not in lines[1]
    assert "unknown" in lines[3]
    assert "media/new-1" in lines[4]
    records = [json.loads(line) for line in told(log.file.path, Filter(sent=True), "json").splitlines()]
    assert [(record.get("job"), record["phase"]) for record in records] == [
        ("one", "confirmed"),
        ("three", "unknown"),
        ("new-1", "accepted"),
    ]
    (row,) = csv.DictReader(io.StringIO(told(log.file.path, Filter(job="one"), "csv")))
    assert (row["server"], row["status"], row["reason"]) == ("crawl", "200", "'=cmd|' /C calc'!A0")
    assert row["queue"] == ""
    assert "no change" not in told(log.file.path, Filter(since=time.time() + 60), "table")
