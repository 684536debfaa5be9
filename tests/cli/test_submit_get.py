"""`submit` and `get`: a job is made, followed, and its results are written under safe names."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from jobdash.config.paths import state_folder
from tests.cli.conftest import Cli, write_config
from tests.demo_process import DemoProcess

RESIZE = ["source_bucket=demo", "source_key=photo.ppm", "dest_bucket=demo", "dest_key=small.ppm"]


@pytest.mark.usefixtures("config")
class TestSubmit:
    """Over the demo's two APIs that take jobs."""

    def test_wait_track_and_list(self, cli: Cli) -> None:
        ran = cli("submit", "previews", "input=textwrap.py", "--wait", "--timeout", "20")
        assert ran.code == 0, ran
        name, *rest = ran.lines
        assert rest[-1] == "1 completed, 0 failed, 0 cancelled"
        assert name in [f"{record['server']}/{record['id']}" for record in cli("list", "--json").records]

    def test_json_and_body(self, cli: Cli, tmp_path: Path) -> None:
        body = tmp_path / "body.json"
        body.write_text(json.dumps({"input": "photo.ppm", "options": {"width": 64}}))
        ran = cli("submit", "previews", "--body", str(body), "--json")
        assert ran.code == 0, ran
        assert set(ran.records[0]) == {"server", "id", "message"}

    def test_m4_named_form(self, cli: Cli) -> None:
        ran = cli("submit", "media", "resize", *RESIZE, "width=64", "height=64")
        assert ran.code == 0, ran
        assert ran.out.startswith("media/")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["media", *RESIZE], "say which kind of job"),
            (["media", "nope", *RESIZE], "no kind of job 'nope'"),
            (["media", "resize", *RESIZE, "width=wide"], "width must be a whole number"),
            (["media", "resize"], "source_bucket is needed"),
            (["previews", "input=a", "input=b"], "is there twice"),
            (["previews", "input=a", "nope=b"], "has no field nope"),
            (["previews", "--body", "/nowhere"], "cannot be read"),
            (["crawl", "x=1"], "takes no new jobs"),
            (["nowhere", "x=1"], "no server 'nowhere'"),
        ],
    )
    def test_usage(self, cli: Cli, arguments: list[str], said: str) -> None:
        ran = cli("submit", *arguments)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err


@pytest.mark.usefixtures("config")
class TestGet:
    """Results of the demo."""

    @pytest.fixture
    def job(self, cli: Cli) -> str:
        ran = cli("submit", "previews", "input=textwrap.py", "--wait", "--timeout", "20")
        assert ran.code == 0, ran
        return ran.lines[0]

    def test_downloads_and_never_overwrites(self, cli: Cli, job: str, tmp_path: Path) -> None:
        folder = tmp_path / "results"
        ran = cli("get", job, "-o", str(folder))
        assert ran.code == 0, ran
        paths = [Path(line) for line in ran.lines]
        assert all(path.parent == folder and path.stat().st_size for path in paths)
        assert sorted(folder.iterdir()) == sorted(paths)
        paths[0].write_text("mine")
        ran = cli("get", job, "-o", str(folder))
        assert ran.code == 2
        assert "--force" in ran.err
        assert paths[0].read_text() == "mine"
        assert cli("get", job, "-o", str(folder), "--force", "--json").code == 0
        assert paths[0].read_bytes() != b"mine"

    def test_f6_gone(self, cli: Cli, demo: DemoProcess, job: str, tmp_path: Path) -> None:
        demo.control("POST", f"/expire/{job.partition('/')[2]}")
        ran = cli("get", job, "-o", str(tmp_path / "r"))
        assert ran.code == 1
        assert "gone" in ran.err

    def test_nothing_to_get(self, cli: Cli, demo: DemoProcess) -> None:
        id = demo.submit("filelens", "syntax-error")
        demo.wait_state(id, "failed")
        ran = cli("get", f"previews/{id}")
        assert ran.code == 1
        assert "has no results" in ran.err


class Hostile(http.server.BaseHTTPRequestHandler):
    """A FileLens that fails twice before it takes a job, and whose results have hostile names."""

    submissions = 0
    breaks = 0
    patience: ClassVar[list[str]] = []
    """What the next downloads are answered by `Retry-After`."""
    files = 0

    def do_POST(self) -> None:
        type(self).submissions += 1
        if self.submissions < 3:
            self._json(200, {"success": False, "message": "queue is full"})
        else:
            self._json(200, {"success": True, "message": "taken", "job_id": "j1"})

    def do_GET(self) -> None:
        if "/status/" in self.path:
            urls = ["/files/..%2f..%2f.bashrc", "/files/a.png", "/other/a.png", "javascript:alert(1)"]
            self._json(200, {"job_id": "j1", "status": "completed", "message": "\x1b[31mred", "result_urls": urls})
            return
        type(self).files += 1
        if self.patience:
            self.send_response(429)
            self.send_header("Retry-After", self.patience.pop(0))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        whole = b"0123456789"
        begin = int(self.headers.get("Range", "bytes=0-")[6:].rstrip("-"))
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-9/10")
        self.send_header("ETag", '"v1"')
        self.send_header("Content-Length", str(10 - begin))
        self.end_headers()
        cut = 4 if type(self).breaks and not begin else 10
        self.wfile.write(whole[begin:cut])

    def _json(self, status: int, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def hostile(folders: Path) -> Iterator[type[Hostile]]:
    Hostile.submissions = Hostile.breaks = Hostile.files = 0
    Hostile.patience.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hostile) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        write_config(folders, {"previews": f"http://127.0.0.1:{server.server_address[1]}"})
        yield Hostile
        server.shutdown()
        thread.join()


def test_f9_a_failed_submission_is_tried_again(
    cli: Cli, hostile: type[Hostile], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    async def sleep(self: object, seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("jobdash.engine.clock.SystemClock.sleep", sleep)
    ran = cli("submit", "previews", "input=x")
    assert ran.code == 0, ran
    assert waits == [5, 10]
    assert hostile.submissions == 3
    hostile.submissions = -10
    ran = cli("submit", "previews", "input=x")
    assert ran.code == 1
    assert waits[2:] == [5, 10, 20]
    assert "queue is full" in ran.err.splitlines()[-1]


def test_hostile_names_and_going_on_after_a_break(cli: Cli, hostile: type[Hostile], tmp_path: Path) -> None:
    hostile.breaks = 1
    folder = tmp_path / "out" / "in"
    ran = cli("get", "previews/j1", "-o", str(folder))
    assert ran.code == 0, ran
    assert sorted(path.name for path in folder.iterdir()) == ["a-2.png", "a.png", "bashrc"]
    assert all(path.read_bytes() == b"0123456789" for path in folder.iterdir())
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["in"]


def test_a_server_that_asks_for_patience_gets_it_and_a_long_one_ends_the_download(
    cli: Cli, hostile: type[Hostile], tmp_path: Path
) -> None:
    hostile.patience.append("0")
    ran = cli("get", "previews/j1", "-o", str(tmp_path / "a"))
    assert ran.code == 0, ran
    assert "429" in ran.err
    assert len(list((tmp_path / "a").iterdir())) == 3
    hostile.files = 0
    hostile.patience.append("600")
    ran = cli("get", "previews/j1", "-o", str(tmp_path / "b"))
    assert ran.code == 3, ran
    assert "asks for 600 s of patience" in ran.err
    assert "not asked for 2 more" in ran.err
    assert hostile.files == 1


def test_on_production_a_submission_wants_a_reason(cli: Cli, hostile: type[Hostile], folders: Path) -> None:
    config = folders / "config.toml"
    config.write_text(config.read_text() + 'env = "prod"\n')
    ran = cli("submit", "previews", "input=a.ppm", "--yes")
    assert (ran.code, "--reason" in ran.err) == (2, True)
    ran = cli("submit", "previews", "input=a.ppm", "--reason", "asked for by a client")
    assert (ran.code, "--yes" in ran.err) == (2, True)
    assert hostile.submissions == 0
    assert cli("submit", "previews", "input=a.ppm", "--reason", "asked for", "--yes", "--retries", "5").code == 0
    assert {line["reason"] for line in cli("audit", "--json").records} == {"asked for"}


def test_escapes_of_a_server_reach_no_terminal(cli: Cli, hostile: type[Hostile]) -> None:
    for arguments in (["show", "previews/j1"], ["show", "previews/j1", "--json"], ["wait", "previews/j1"]):
        assert "\x1b" not in cli(*arguments).out


def test_a_submission_stands_in_the_audit_log_before_and_after(cli: Cli, config: Path, demo: DemoProcess) -> None:
    ran = cli("submit", "previews", "input=photo.ppm", "--json")
    assert ran.code == 0, ran
    lines = [json.loads(line) for line in (state_folder() / "audit.jsonl").read_text().splitlines()]
    assert [(line["server"], line["action"], line["phase"]) for line in lines] == [
        ("previews", "submit", "sending"),
        ("previews", "submit", "accepted"),
    ]
    assert lines[1]["job"] == ran.records[0]["id"]
