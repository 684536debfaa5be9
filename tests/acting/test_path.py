"""The one path from a yes to a server, over real HTTP, with a server that counts what it receives."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from inspect import isawaitable
from pathlib import Path

from textual.pilot import Pilot

from jobdash.engine.journal import read
from jobdash.engine.monitor import Monitor
from jobdash.model.care import Care
from jobdash.model.command import Action, Command, Outcome, Phase
from jobdash.model.job import JobKey
from jobdash.tui.app import JobdashApp
from jobdash.tui.palette import KeysProvider
from jobdash.tui.screens.main import MainScreen
from tests.acting.by_command import command, configured
from tests.acting.farm import Farm, farm, until
from tests.client.scripted import Peer, answer
from tests.hanging_up import hung_up
from tests.questions import question
from tests.screen_text import shows

ID = "job-1"


@asynccontextmanager
async def on_screen(monitor: Monitor) -> AsyncIterator[Pilot[None]]:
    """The screen, and then the end of its engine."""
    async with hung_up(), JobdashApp(monitor).run_test(size=(120, 40), notifications=True) as pilot:
        yield pilot


@asynccontextmanager
async def asked(
    crawl: Farm, key: str = "X", read: float = 5.0
) -> AsyncIterator[tuple[Pilot[None], Callable[[], Awaitable[Outcome]]]]:
    """The screen on the farm, with a question open about its job."""
    monitor = crawl.unstarted(crawl.watched(read=read))
    async with on_screen(monitor) as pilot:
        await shows(pilot, ID, "running")
        await pilot.press(key)
        await question(pilot)

        async def outcome() -> Outcome:
            await until(lambda: (told := monitor.outcome(JobKey("crawl", ID))) is not None and told.phase.final)
            told = monitor.outcome(JobKey("crawl", ID))
            assert told is not None
            return told

        yield pilot, outcome


async def test_a_job_that_ends_between_question_and_yes_gets_no_request() -> None:
    async with farm(ID) as crawl, asked(crawl) as (pilot, _):
        crawl.put(ID, state="completed")
        await pilot.press("y")
        await shows(pilot, "not sent: the job is completed now")
        assert crawl.changes == []


async def test_a_yes_is_sent_once() -> None:
    async with farm(ID) as crawl, asked(crawl) as (pilot, _):
        await pilot.press("y", "y", "enter")
        await shows(pilot, "confirmed", "Job cancelled")
        assert crawl.changes == [ID]


async def test_a_connection_that_is_cut_after_the_request_is_read_back_and_told() -> None:
    async with farm(ID) as crawl, asked(crawl) as (pilot, outcome):

        def cut(id: str, peer: Peer) -> bytes:
            crawl.states[id] = "cancelled"
            peer.cut()
            return b""

        crawl.on_change = cut
        await pilot.press("y")
        await shows(pilot, "yet the job is cancelled now")
        told = await outcome()
        assert told.phase is Phase.CONFIRMED
        assert crawl.changes == [ID]


async def test_a_connection_that_is_cut_before_it_was_done_is_told_and_not_sent_again() -> None:
    async with farm(ID) as crawl, asked(crawl) as (pilot, outcome):

        def cut(id: str, peer: Peer) -> bytes:
            peer.cut()
            return b""

        crawl.on_change = cut
        await pilot.press("y")
        told = await outcome()
        assert told.phase is Phase.UNKNOWN
        assert "the job is still active, it was not sent again" in told.message
        assert crawl.changes == [ID]


async def test_a_conflict_is_told_in_the_servers_words() -> None:
    async with farm(ID) as crawl, asked(crawl) as (pilot, outcome):
        crawl.on_change = lambda id, peer: answer(
            '{"error": "locked", "details": "by [bold]worker-2[/]"}', "409 Conflict"
        )
        await pilot.press("y")
        await shows(pilot, "refused")
        told = await outcome()
        assert (told.phase, told.status) == (Phase.REFUSED, 409)
        assert "by [bold]worker-2[/]" in told.message
        assert crawl.changes == [ID]


async def test_a_server_slower_than_the_timeout_is_asked_what_it_did() -> None:
    async with farm(ID) as crawl, asked(crawl, read=0.5) as (pilot, outcome):
        crawl.delay = 1.0
        await pilot.press("y")
        told = await outcome()
        assert told.phase is Phase.UNKNOWN
        assert "no answer within" in told.message
        await until(lambda: crawl.states[ID] == "cancelled")
        await pilot.press("r")
        await shows(pilot, "⊘ cancelled")
        assert crawl.changes == [ID]


async def test_read_only_sends_no_change_by_key_palette_bulk_or_engine() -> None:
    async with farm(ID, "job-2") as crawl:
        monitor = crawl.unstarted(crawl.watched(care=Care(read_only=True)))
        async with on_screen(monitor) as pilot:
            await shows(pilot, ID, "crawl: read-only")
            await pilot.press("X", "P", "D", "asterisk", "X")
            await until(lambda: any("crawl is read_only" in notice.message for notice in pilot.app._notifications))
            for name, _, act in KeysProvider(pilot.app.screen).entries():
                if "cancel" in name or "delete" in name:
                    begun = act()
                    if isawaitable(begun):
                        await begun
            reads = crawl.reads.total()
            monitor.submit(Command(key=JobKey("crawl", ID), action=Action.CANCEL, seen_native_state="active"))
            await until(lambda: (told := monitor.outcome(JobKey("crawl", ID))) is not None and told.phase.final)
            assert crawl.reads.total() == reads
            assert isinstance(pilot.app.screen, MainScreen)
        assert crawl.changes == []
        assert monitor.bulks.runs == []


async def test_read_only_sends_nothing_from_the_command_line(home: Path) -> None:
    async with farm(ID) as crawl:
        configured(home, crawl, "read_only = true")
        for words in (
            (f"crawl/{ID}",),
            ("--query", "state:running"),
            (f"{crawl.url}/api/jobs/{ID}",),
            (ID, "--server", crawl.url, "--dialect", "jobstatus"),
        ):
            code, said = await command("cancel", *words, "--yes")
            assert (code, "read_only" in said) == (1, True), said
        assert crawl.changes == []


async def test_production_wants_a_reason_on_the_command_line(home: Path) -> None:
    async with farm(ID) as crawl:
        configured(home, crawl, 'env = "prod"')
        code, said = await command("cancel", f"crawl/{ID}", "--yes")
        assert (code, "--reason" in said) == (2, True), said
        assert crawl.changes == []
        code, said = await command("cancel", f"crawl/{ID}", "--yes", "--reason", "runs wild")
        assert code == 0, said
        assert crawl.changes == [ID]
        lines = list(read(home / "STATE" / "jobdash" / "audit.jsonl"))
        assert [line["phase"] for line in lines] == ["sending", "accepted", "confirmed"]
        assert {line["reason"] for line in lines} == {"runs wild"}
        assert lines[1]["status"] == 200
        code, said = await command("audit", "--job", f"crawl/{ID}")
        assert (code, "runs wild" in said) == (0, True), said


async def test_the_config_says_where_the_log_is_and_whether_it_is_needed(home: Path) -> None:
    async with farm(ID) as crawl:
        (home / "CONFIG" / "jobdash" / "file").write_text("")
        configured(home, crawl, "", '[audit]\nfile = "file/audit.jsonl"')
        assert (await command("cancel", f"crawl/{ID}", "--yes"))[0] != 0
        assert crawl.changes == []
        configured(home, crawl, "", '[audit]\nfile = "file/audit.jsonl"\nrequired = false')
        code, said = await command("cancel", f"crawl/{ID}", "--yes")
        assert (code, "cannot be written" in said) == (0, True), said
