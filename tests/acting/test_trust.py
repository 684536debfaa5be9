"""Secrets and trust: what must not be seen is not, what must be known is said, and nothing of a server's is run."""

import ast
import io
import json
import sys
import traceback
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

import jobdash
from jobdash.cli.wire import link_of
from jobdash.client.keyring import FromKeyring
from jobdash.client.secret import NoSecret
from jobdash.config.load import load
from jobdash.config.readable import readable_by_others
from jobdash.engine.clock import SystemClock
from jobdash.engine.hiding import Hiding
from jobdash.engine.ids import Ids
from jobdash.engine.journal import Journal
from jobdash.engine.monitor import Monitor, Watched
from jobdash.engine.store import Change
from jobdash.model.command import Action, Command
from jobdash.model.errors import JobdashError
from jobdash.model.job import Job, JobKey
from jobdash.model.state import State
from jobdash.tui.app import JobdashApp
from tests.acting.farm import ME, farm, until
from tests.client.scripted import answer
from tests.hanging_up import hung_up
from tests.screen_text import screen_text, shows

PLANTED = "s3cr3t-planted-0123456789"
LONG = "123e4567-e89b-12d3-a456-426614174000"


# ids


def test_ids_are_shortened_and_columns_stay() -> None:
    hide = Hiding({LONG, "job_abc123", "a b/c-12345"}.__contains__)
    for text in (
        LONG,
        f"docs/{LONG} is gone",
        f"POST /jobs/cancel/{LONG}?x=1",
        f"…{LONG[9:]}",
        f'"{LONG}",',
        f"({LONG})",
    ):
        told = hide(text)
        assert len(told) == len(text)
        assert LONG[-12:] not in told
        assert "…4000" in told
    assert hide("nothing of this is an id: 14:02:11") == "nothing of this is an id: 14:02:11"
    assert "a b" not in hide("a b/c-12345")
    assert "abc" not in hide("cancel/job_abc123.")


VERY_LONG = "-".join(f"part{number:03}" for number in range(14))
PLACES: dict[tuple[str, str], tuple[str, ...]] = {
    ("list", "worst first"): (),
    ("question", "Cancel this job on crawl?"): ("X",),
    ("detail", "its server calls it"): ("enter",),
    ("data", "tells no data of this job"): ("enter", "right_square_bracket", "right_square_bracket"),
    ("raw", "attemptsMade"): ("enter", *("right_square_bracket",) * 5),
    ("copied", "copied …4000"): ("y",),
    ("query", "1 of 2"): ("slash", *"id:" + LONG),
    ("query, inside", "1 of 2"): ("slash", *"id:" + LONG, "left", "left", "left", "left", "left", "left"),
    ("track", "1 job: tab, choose"): ("i", *LONG),
    ("marked", "Cancel 2 jobs on crawl?"): ("asterisk", "X"),
    ("export", "Write a file"): ("E",),
    ("download", "no results to download"): ("d",),
    ("help", "one line down"): ("question_mark",),
    ("palette", "↵ take"): ("colon", *LONG),
    ("compare", "nothing differs"): ("asterisk", "c"),
    ("activity", "no bulk yet"): ("A",),
    ("alerts", "No alerts"): ("exclamation_mark",),
    ("health", "queue health unknown"): ("h",),
    ("failures", "nothing has failed"): ("e",),
    ("logs", "the logs of 2 jobs"): ("asterisk", "l"),
}
"""The keys that lead to each place, and what is seen when it is there."""


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_mask_ids_holds_everywhere_and_in_pictures(size: tuple[int, int]) -> None:
    async with farm(LONG, VERY_LONG) as crawl:
        app = JobdashApp(crawl.unstarted(mask_ids=True))
        async with hung_up(), app.run_test(size=size, notifications=True) as pilot:
            await shows(pilot, "…4000", "running")
            depth = len(app.screen_stack)
            for (place, sight), keys in PLACES.items():
                await pilot.press("0", *keys)
                await shows(pilot, sight)
                for seen in (screen_text(app), app.export_screenshot().replace("&#160;", " ")):
                    for part in (LONG[-13:], LONG[:13], "part005"):
                        assert part not in seen, place
                await pilot.press("escape")
                while len(app.screen_stack) > depth:
                    app.pop_screen()


FOLDED: dict[str, tuple[str, ...]] = {
    "worst first": (),
    "cannot restart jobs": ("R", "escape"),
    "server    crawl": ("enter",),
    "following  9 lines": ("right_square_bracket", "w"),
    " ://host": ("w", "right"),
}
"""What is seen, and the keys that lead there from the place before."""


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
@pytest.mark.parametrize("id", [LONG, VERY_LONG])
async def test_an_id_that_is_folded_over_two_lines_is_hidden(id: str, size: tuple[int, int]) -> None:
    async with farm(id) as crawl:
        words = [f"{'x' * shift} lost https://host.example/{'p' * shift}/{id}." for shift in range(0, 60, 7)]
        crawl.more = {"failedReason": " ".join(words), "logs": words, "data": {"of": words[0]}}
        crawl.states[id] = "failed"
        app = JobdashApp(crawl.unstarted(mask_ids=True))
        async with hung_up(), app.run_test(size=size, notifications=True) as pilot:
            await shows(pilot, f"…{id[-4:]}", "failed")
            if size == (120, 40):
                await shows(pilot, "details read")  # in the pane beside the list
            for sight, keys in FOLDED.items():
                await pilot.press(*keys)
                await shows(pilot, sight)
                for part in (id[:8], id[9:16], id[-8:]):
                    assert part not in screen_text(app), keys


def test_of_many_servers_one_look_tells_whether_a_text_is_an_id() -> None:
    ids, job = Ids(remembered=1), Job(key=JobKey("a", "x-1"), state=State.RUNNING, native_state="active")
    for server in "ab":
        ids.noticed(Change(JobKey(server, "x-1"), None, job))
    ids.noticed(Change(JobKey("a", "x-1"), job, None))
    assert "x-1" in ids
    ids.noticed(Change(JobKey("b", "x-1"), job, None))
    assert "x-1" in ids
    ids.noticed(Change(JobKey("b", "x-2"), None, job))
    ids.noticed(Change(JobKey("b", "x-2"), job, None))
    assert ("x-1" in ids, "x-2" in ids) == (False, True)


async def test_exports_have_no_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    odd = 'né "a", 1'
    async with farm(LONG, VERY_LONG, "1234567", odd) as crawl:
        app = JobdashApp(crawl.unstarted(mask_ids=True))
        async with hung_up(), app.run_test(size=(120, 40), notifications=True) as pilot:
            await shows(pilot, "…4000", "running")
            for number in range(5):
                await pilot.press("E", *("down",) * number, "enter")
                await until(lambda: any("written:" in notice.message for notice in app._notifications))
                app.clear_notifications()
    nothing_in_them_is_an_id(tmp_path, LONG, VERY_LONG, "1234567", odd, r"n\u00e9", LONG[:13], LONG[-13:], "part005")


def nothing_in_them_is_an_id(folder: Path, *ids: str) -> None:
    written = sorted(folder.iterdir())
    assert {path.suffix for path in written} == {".csv", ".jsonl", ".json", ".log", ".svg"}
    for path in written:
        text = path.name + path.read_text(encoding="utf-8")
        for id in ids:
            assert id not in text, path
    rows = [json.loads(line) for line in next(folder.glob("*.jsonl")).read_text().splitlines()]
    assert {row["id"] for row in rows} == {"…4000", "…t013", "…567", '…", 1'}
    json.loads(next(folder.glob("*.json")).read_text())


# secrets


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLANTED", PLANTED)
    return tmp_path / "config.toml"


def written(path: Path, url: str, auth: str) -> Watched:
    path.write_text(f'[[servers]]\nname = "crawl"\nurl = "{url}"\ndialect = "jobstatus"\n{auth}\n')
    loaded = load(path)
    return Watched(link=link_of(loaded.servers[0], loaded))


@pytest.mark.parametrize("auth", ["header = 'X-API-Key'", "bearer = true", ""])
async def test_a_planted_secret_is_nowhere(config: Path, auth: str) -> None:
    async with farm("job-1") as crawl:
        url = crawl.url if auth else crawl.url.replace("http://", f"http://me:{PLANTED}@")
        server = written(config, url, f'auth = {{ {auth}, env = "PLANTED" }}' if auth else "")
        crawl.on_change = lambda id, peer: answer(f'{{"error": "bad key {PLANTED}"}}', "403 Forbidden")
        log = config.parent / "audit.jsonl"
        monitor = Monitor([server], journal=Journal(log, ME, SystemClock()))
        async with hung_up(), JobdashApp(monitor).run_test(size=(160, 50), notifications=True) as pilot:
            await shows(pilot, "job-1", "running")
            monitor.submit(Command(key=JobKey("crawl", "job-1"), action=Action.CANCEL, seen_native_state="active"))
            await until(lambda: (told := monitor.outcome(JobKey("crawl", "job-1"))) is not None and told.phase.final)
            await pilot.press("A")
            await shows(pilot, " activity ")
            seen = screen_text(pilot.app) + pilot.app.export_screenshot()
            assert crawl.changes == ["job-1"]
            for text in (
                seen,
                repr(monitor.changes()),
                log.read_text(),
                repr(server),
                repr(server.link),
                repr(monitor.servers()),
            ):
                assert PLANTED not in text
        carried = str([request.headers for request in crawl.server.received]) if crawl.server else ""
        assert PLANTED in carried or "authorization" in carried


async def test_no_traceback_shows_a_secret(config: Path) -> None:
    server = written(config, "http://127.0.0.1:9", 'auth = { header = "X-API-Key", env = "PLANTED" }')
    shown = io.StringIO()
    try:
        await server.link.dialect.job(server.link.ask, "a")
    except JobdashError as error:
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        shown.write("".join(told.format()))
    await server.link.aclose()
    assert "Unreachable" in shown.getvalue()
    assert PLANTED not in shown.getvalue()


def test_a_config_with_credentials_that_others_can_read_is_warned_of(config: Path) -> None:
    config.write_text('[[servers]]\nname = "a"\nurl = "http://me:secret@host"\n')
    config.chmod(0o644)
    told = readable_by_others(config, load(config))
    assert told is not None
    assert "chmod 600" in told
    assert "secret@" not in told
    config.chmod(0o600)
    assert readable_by_others(config, load(config)) is None
    config.write_text('[[servers]]\nname = "a"\nurl = "http://host"\n')
    config.chmod(0o644)
    assert readable_by_others(config, load(config)) is None


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[tuple[str, str], str]]:
    held: dict[tuple[str, str], str] = {}
    module = types.ModuleType("keyring")
    module.get_password = lambda service, user: held.get((service, user))  # type: ignore[attr-defined]
    module.errors = types.SimpleNamespace(KeyringError=OSError)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", module)
    yield held


async def test_a_secret_from_the_keyring(ring: dict[tuple[str, str], str]) -> None:
    ring["jobdash", "docs"] = PLANTED
    secret = await FromKeyring("jobdash", "docs").read("docs")
    assert (secret.reveal(), repr(secret)) == (PLANTED, "Secret(***)")
    with pytest.raises(NoSecret, match="keyring set jobdash other"):
        await FromKeyring("jobdash", "other").read("docs")


async def test_without_the_extra_the_keyring_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(NoSecret, match=r"jobdash\[keyring\]"):
        await FromKeyring("jobdash", "docs").read("docs")


# nothing executes


def modules() -> Iterator[tuple[str, ast.AST]]:
    root = Path(jobdash.__file__).parent
    for path in root.rglob("*.py"):
        yield path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


STARTS = {
    "client/secret.py",  # the person's own command for a secret
    "engine/notify/command.py",  # the person's own command for alerts; alerts reach it on its standard input
    "cli/demo_server.py",  # the demo's server
}


def test_only_commands_of_the_config_are_started_and_never_by_a_shell() -> None:
    starting = {
        "Popen",
        "run",
        "call",
        "check_output",
        "create_subprocess_exec",
        "system",
        "popen",
        "spawnlp",
        "execvp",
    }
    for name, tree in modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            assert called.rpartition(".")[2] != "create_subprocess_shell", name
            assert called not in ("eval", "exec", "os.system", "os.popen", "pickle.loads", "webbrowser.open"), name
            assert not any(word.arg == "shell" for word in node.keywords), name
            module, _, last = called.rpartition(".")
            if last in starting and module in ("subprocess", "asyncio", "os", "asyncio.subprocess"):
                assert name in STARTS or called == "asyncio.run", (name, called)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "javascript:alert(1)", "ftp://h/x", "data:text/plain,x", "ssh://h"]
)
async def test_no_other_scheme_is_ever_fetched(url: str) -> None:
    async with farm("job-1") as crawl:
        link = crawl.watched().link
        with pytest.raises(JobdashError):
            async with link.fetch(url) as download:
                async for _ in download:
                    pass
        await link.aclose()
        assert crawl.server is not None
        assert all("etc/passwd" not in target for target in crawl.server.targets)
