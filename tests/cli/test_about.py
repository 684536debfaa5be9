"""Commands about jobdash itself: config, doctor, probe, dialects, themes, schema, completion, track."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from jobdash.config.load import load
from jobdash.headless.record import FIELDS
from tests.cli.conftest import NAMES, PLACES, Cli
from tests.demo_process import DemoProcess

pytestmark = pytest.mark.usefixtures("config")
WORK: dict[str, Any] = {"package": "json", "start": 1, "count": 2}


class TestConfig:
    """`config path`, `check`, `example`."""

    def test_path(self, cli: Cli, config: Path) -> None:
        assert cli("config", "path").out.strip() == str(config)

    def test_check(self, cli: Cli, config: Path) -> None:
        assert "good; servers: docs, crawl" in cli("config", "check").out
        config.write_text('[[servers]]\nname = "a"\nurl = "x"\ndialct = "mend"\n')
        ran = cli("config", "check")
        assert ran.code == 2
        assert "did you mean `dialect`?" in ran.err

    def test_example_works_as_it_is(self, cli: Cli, config: Path) -> None:
        config.write_text(cli("config", "example").out)
        assert [server.name for server in load(config).servers] == ["docs", "media"]
        assert cli("config", "check").code == 0


class TestTrack:
    """`track` and `untrack`."""

    def test_tracked_jobs_are_known_by_their_bare_id(self, cli: Cli, demo: DemoProcess) -> None:
        job = demo.submit("compileo", "hash-files", **WORK)
        assert cli("track", "docs", job, f"docs/{job}", "--label", "mine").out == "1 new, 0 known already\n"
        assert cli("track", "docs", job).out == "0 new, 1 known already\n"
        assert job in cli("list", "--server", "docs", "--json").out
        assert cli("show", job, "--json").records[0]["server"] == "docs"
        assert cli("untrack", "docs", job).out == "1 forgotten\n"
        assert cli("untrack", "docs", job).code == 1

    def test_usage(self, cli: Cli) -> None:
        assert cli("track", "nowhere", "1").code == 2
        assert cli("track", "docs").code == 2


class TestDoctor:
    """`doctor`."""

    def test_all_is_well(self, cli: Cli) -> None:
        ran = cli("doctor")
        assert ran.code == 0, ran
        assert {line[:4] for line in ran.lines} == {"ok  "}
        assert all(f"{name}: {kind} at http://127.0.0.1" in ran.out for name, kind in NAMES.items())
        assert "demo-key" not in ran.out + ran.err

    def test_missing_secret_and_wrong_config(self, cli: Cli, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("MEND_KEY")
        ran = cli("doctor", "--json")
        assert ran.code == 2
        assert [record["what"] for record in ran.records if not record["ok"]] == ["media"]
        config.write_text("nope = 1\n")
        ran = cli("doctor")
        assert ran.code == 2
        assert "todo config: " in ran.out

    def test_credentials_that_others_can_read(self, cli: Cli, demo: DemoProcess, config: Path) -> None:
        config.write_text(config.read_text().replace("http://", "http://me:pw@", 1))
        config.chmod(0o644)
        ran = cli("doctor")
        assert f"todo secrets: others can read the credentials in the config -> chmod 600 {config}" in ran.lines
        assert "pw" not in ran.out
        config.chmod(0o600)
        assert "secrets" not in cli("doctor").out


class TestProbe:
    """`probe`."""

    @pytest.mark.parametrize("server", ["docs", "crawl"])
    def test_finds_the_kind(self, cli: Cli, demo: DemoProcess, server: str) -> None:
        ran = cli("probe", demo.urls[NAMES[server]], "--json")
        assert ran.code == 0, ran
        assert ran.records[0]["kind"] == NAMES[server]
        assert ran.records[0]["can"]

    @pytest.mark.parametrize("server", PLACES)
    def test_finds_the_kind_by_a_job(self, cli: Cli, demo: DemoProcess, server: str) -> None:
        job = demo.submit(NAMES[server], "hash-files", **WORK)
        ran = cli("probe", demo.urls[NAMES[server]] + PLACES[server] + job)
        assert ran.code == 0, ran
        assert f"kind:        {NAMES[server]}" in ran.out

    def test_mapping_against_a_live_server(self, cli: Cli, demo: DemoProcess, tmp_path: Path) -> None:
        job = demo.submit("jobstatus", "hash-files", **WORK)
        source = Path(load.__code__.co_filename).parent.parent / "dialects" / "jobstatus.toml"
        mapping = tmp_path / "mine.toml"
        url = demo.urls["jobstatus"] + PLACES["crawl"] + job
        shutil.copy(source, mapping)
        ran = cli("probe", url, "--mapping", str(mapping))
        assert ran.code == 0, ran
        assert f'ok   job.id (id): "{job}"' in ran.out
        assert any(line.startswith("ok   list: ") for line in ran.lines)
        mapping.write_text(source.read_text().replace('at = "createdAt"', 'at = "type"'))
        ran = cli("probe", url, "--mapping", str(mapping))
        assert ran.code == 1
        assert any(line.startswith("bad  job.created_at (type): ") for line in ran.lines)

    def test_nothing_known(self, cli: Cli, demo: DemoProcess) -> None:
        for url in (demo.urls["control"], demo.urls["control"].removeprefix("http://")):
            ran = cli("probe", url)
            assert ran.code == 2
            assert "give the address of one job" in ran.err

    def test_a_server_with_a_key_says_where_the_key_goes(self, cli: Cli, demo: DemoProcess, config: Path) -> None:
        url = f"{demo.urls['mend']}/api/v1/jobs/{demo.submit('mend', 'hash-files', **WORK)}"
        assert "kind:        mend" in cli("probe", url).out
        config.write_text("")
        for locked in (demo.urls["mend"], url):
            ran = cli("probe", locked)
            assert ran.code != 0
            assert "put it into the config with its key" in ran.err


def test_a_draft_for_an_unknown_api_reads_that_api(cli: Cli, demo: DemoProcess, tmp_path: Path) -> None:
    job = demo.submit("compileo", "hash-files", **WORK)
    demo.wait_state(job, "completed")
    url = f"{demo.urls['control']}/jobs/{job}"
    ran = cli("probe", url)
    assert ran.code == 0, ran
    mapping = tmp_path / "unknown.toml"
    mapping.write_text(ran.out)
    record = cli("show", url, "--dialect", str(mapping), "--json").records[0]
    assert (record["id"], record["state"], record["worker"]) == (job, "completed", demo.job(job)["worker"])
    assert cli("probe", url, "--mapping", str(mapping)).code == 0


STRANGE = {
    "/work/items/17": {"data": {"no": 17, "phase": 3, "pct": 0.4, "begun": 1763790000000, "outputs": ["/o/1.csv"]}},
    "/flat/1": {"colour": "red"},
}


@pytest.fixture
def strange() -> Iterator[str]:
    """A server whose API is none of those that are known."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(STRANGE.get(self.path)).encode()
            locked = self.path.startswith("/locked/")
            self.send_response(200 if self.path in STRANGE else 401 if locked else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_state_by_an_odd_name_is_guessed_and_marked_as_a_guess(cli: Cli, strange: str, tmp_path: Path) -> None:
    ran = cli("probe", f"{strange}/work/items/17")
    assert 'state = "phase"    # a guess' in ran.out
    mapping = tmp_path / "strange.toml"
    mapping.write_text(ran.out)
    ran = cli("probe", f"{strange}/work/items/17", "--mapping", str(mapping))
    assert ran.code == 1
    assert "3 is not in the table" in ran.out
    mapping.write_text(mapping.read_text().replace('# "3" = "running"', '"3" = "running"'))
    assert cli("probe", f"{strange}/work/items/17", "--mapping", str(mapping)).code == 0
    ran = cli("probe", f"{strange}/flat/1")
    assert "a mapping can say which it is: [job] state = one of colour" in ran.err


def test_a_path_below_which_nothing_is_known_says_why(cli: Cli, strange: str) -> None:
    ran = cli("probe", f"{strange}/wrong")
    assert ran.code == 2 and "no known kind of server answers like this" in ran.err
    ran = cli("probe", f"{strange}/locked")
    assert ran.code == 2 and "nothing without credentials that it accepts; put it into the config" in ran.err


def test_dialects(cli: Cli) -> None:
    ran = cli("dialects", "--json")
    assert ran.code == 0
    assert set(NAMES.values()) <= {record["name"] for record in ran.records}
    assert "Compileo" in cli("dialects").out


def test_themes(cli: Cli) -> None:
    assert {"night", "day"} <= set(cli("themes").lines)


def test_schema_describes_what_is_printed(cli: Cli, demo: DemoProcess) -> None:
    schema = json.loads(cli("schema").out)
    assert list(schema["properties"]) == list(FIELDS) == schema["required"]
    job = demo.submit("jobstatus", "hash-files", **WORK)
    record = cli("show", f"crawl/{job}", "--json").records[0]
    kinds = {"string": str, "number": (int, float), "integer": int, "null": type(None), "boolean": bool, "array": list}
    for name, rule in schema["properties"].items():
        allowed = rule.get("type", list(kinds))
        allowed = [allowed] if isinstance(allowed, str) else allowed
        assert "enum" in rule or "type" not in rule or isinstance(record[name], tuple(map(kinds.get, allowed))), name  # type: ignore[arg-type]
    assert record["state"] in schema["properties"]["state"]["enum"]


class TestCompletion:
    """`completion`, and the words behind it."""

    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_scripts(self, cli: Cli, shell: str) -> None:
        ran = cli("completion", shell)
        assert ran.code == 0
        if shutil.which(shell):
            subprocess.run([shell, "-n"], input=ran.out, text=True, check=True)

    @pytest.mark.parametrize(
        ("words", "offered"),
        [
            (["ca"], ["cancel"]),
            (["show", "cr"], ["crawl/"]),
            (["show", "docs/known"], ["docs/known-job"]),
            (["list", "--ser"], ["--server"]),
            (["list", "--server", "cr"], ["crawl"]),
            (["list", "--dialect", "comp"], ["compileo"]),
            (["list", "--sort", "created"], ["created_at"]),
            (["config", "ex"], ["example"]),
            (["submit", "me"], ["media"]),
            (["completion", "z"], ["zsh"]),
            (["nonsense", "x"], []),
        ],
    )
    def test_words(self, cli: Cli, words: list[str], offered: list[str]) -> None:
        cli("track", "docs", "known-job")
        assert cli("__complete", str(len(words)), "jobdash", *words).lines == offered


def test_help_names_every_command(cli: Cli) -> None:
    ran = cli("--help")
    assert ran.code == 0
    for name in ("list", "show", "logs", "watch", "wait", "submit", "pause", "get", "check", "probe", "doctor"):
        assert f" {name} " in ran.out
        assert cli(name, "--help").code == 0
