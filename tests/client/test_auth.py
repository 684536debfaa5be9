"""Credentials: where the secret comes from, when it is read again, and that nothing ever shows it."""

import asyncio
import sys
import traceback
from pathlib import Path

import pytest

from jobdash.client.auth import Auth
from jobdash.client.dialect import Request
from jobdash.client.secret import FromCommand, FromEnv, FromFile, Literal, NoSecret, Secret, Source
from jobdash.client.settings import ServerSettings
from jobdash.model.errors import ConfigError, Rejected, Unauthorised
from tests.client.conftest import Connect
from tests.client.scripted import Peer, Received, Script, always, answer, serving, streaming

GET = Request(path="/jobs")
SECRET = "open-sesame-22"


def keep(folder: Path, value: str, mode: int = 0o600) -> Path:
    path = folder / "key"
    path.write_text(value)
    path.chmod(mode)
    return path


def accepting(good: str) -> Script:
    async def script(request: Received, peer: Peer) -> None:
        fine = request.headers.get("x-api-key") == good
        await peer.send(answer("{}", "200 OK" if fine else "401 Unauthorized"))

    return script


def test_nothing_shows_a_secret() -> None:
    secret = Secret(SECRET)
    auth = Auth.bearer(Literal(secret))
    settings = ServerSettings(name="x", url="http://h", auth=auth)
    assert SECRET not in f"{secret}{secret!r}{secret:>20}{auth!r}{settings!r}{[secret]}"
    assert secret.reveal() == SECRET


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        (Auth.header("X-API-Key", Literal(Secret("k1"))), "x-api-key", "k1"),
        (Auth.bearer(Literal(Secret("t1"))), "authorization", "Bearer t1"),
        (Auth.basic("Aladdin", Literal(Secret("open sesame"))), "authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
    ],
)
async def test_each_kind_carries_the_secret_in_its_header(
    connect: Connect, auth: Auth, header: str, value: str
) -> None:
    async with serving(always(answer())) as server:
        await connect(server.url, auth=auth).ask(GET)
    assert server.received[0].headers[header] == value


async def test_credentials_of_the_address_are_sent_as_basic(connect: Connect) -> None:
    async with serving(always(answer())) as server:
        connection = connect(server.url.replace("//", "//Aladdin:open%20sesame@"))
        await connection.ask(GET)
        assert connection.url == server.url
    assert server.received[0].headers["authorization"] == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


def test_a_header_needs_a_name_that_can_be_one() -> None:
    for name in ("", "X Key", "X:Key", "X\nKey"):
        with pytest.raises(ConfigError):
            Auth.header(name, Literal(Secret("x")))


async def test_a_secret_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCS_KEY", f" {SECRET}\n")
    assert (await FromEnv("DOCS_KEY").read("docs")).reveal() == SECRET
    monkeypatch.delenv("DOCS_KEY")
    with pytest.raises(NoSecret, match="docs: the environment variable DOCS_KEY, which holds the secret, is not set"):
        await FromEnv("DOCS_KEY").read("docs")


async def test_a_missing_secret_is_told_and_nothing_is_sent(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCS_KEY", raising=False)
    async with serving(always(answer())) as server:
        with pytest.raises(ConfigError, match="DOCS_KEY") as error:
            await connect(server.url, auth=Auth.bearer(FromEnv("DOCS_KEY"))).ask(GET)
    assert isinstance(error.value, Unauthorised)
    assert server.received == []


async def test_a_secret_file_must_be_for_its_owner_only(tmp_path: Path) -> None:
    path = keep(tmp_path, f"\ufeff{SECRET}\n")
    assert (await FromFile(path).read("docs")).reveal() == SECRET
    for mode in (0o640, 0o604, 0o620):
        path.chmod(mode)
        with pytest.raises(NoSecret, match="can be read by others; run chmod 600"):
            await FromFile(path).read("docs")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("one\ntwo", "more than one line"),
        ("a\x1bb", "control"),
        ("x" * 70_000, "more than a secret"),
    ],
)
async def test_a_file_without_a_usable_secret_is_told_without_showing_it(
    tmp_path: Path, value: str, words: str
) -> None:
    with pytest.raises(NoSecret, match=words) as error:
        await FromFile(keep(tmp_path, value)).read("docs")
    assert "two" not in str(error.value)


async def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoSecret, match="No such file"):
        await FromFile(tmp_path / "none").read("docs")
    with pytest.raises(NoSecret, match="Is a directory"):
        await FromFile(tmp_path).read("docs")


async def test_a_command_runs_without_a_shell(tmp_path: Path) -> None:
    printed = FromCommand.of([sys.executable, "-c", "import sys; print(sys.argv[1])", "$HOME; `id`"])
    assert (await printed.read("docs")).reveal() == "$HOME; `id`"
    split = FromCommand.of(f"'{sys.executable}' -c 'print(\"a b\")'")
    assert (await split.read("docs")).reveal() == "a b"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["/no/such/command"], "cannot be started: No such file"),
        (["/"], "cannot be started"),
        ([sys.executable, "-c", "import sys; print('open-sesame-22'); sys.exit(3)"], "failed with exit code 3"),
        ([sys.executable, "-c", "pass"], "is empty"),
        ([sys.executable, "-c", "print('open-sesame-22\\nx')"], "more than one line"),
        ([sys.executable, "-c", "import os; os.write(1, b'\\xff')"], "not text"),
    ],
)
async def test_a_command_that_fails_is_told_without_its_output(argv: list[str], words: str) -> None:
    with pytest.raises(NoSecret, match=words) as error:
        await FromCommand.of(argv).read("docs")
    assert SECRET not in str(error.value)


async def test_a_command_has_a_time_limit() -> None:
    with pytest.raises(NoSecret, match=r"did not end within 0\.2 s"):
        await FromCommand.of([sys.executable, "-c", "import time; time.sleep(60)"], limit=0.2).read("docs")


@pytest.mark.parametrize("command", ["", [], "'unclosed"])
def test_a_command_that_is_none_is_refused(command: str | list[str]) -> None:
    with pytest.raises(ConfigError):
        FromCommand.of(command)


class Counting:
    """A source that yields one value after the other, and counts."""

    def __init__(self, *values: str) -> None:
        self.values = list(values)
        self.reads = 0

    async def read(self, server: str) -> Secret:
        await asyncio.sleep(0)
        self.reads += 1
        return Secret(self.values[min(self.reads, len(self.values)) - 1])


def key(source: Source) -> Auth:
    return Auth.header("X-API-Key", source)


async def test_an_expired_secret_is_read_again_once(connect: Connect) -> None:
    source = Counting("old-secret", "new-secret")
    async with serving(accepting("new-secret")) as server:
        connection = connect(server.url, auth=key(source))
        for _ in range(3):
            await connection.ask(GET)
    assert source.reads == 2
    assert [request.headers["x-api-key"][:3] for request in server.received] == ["old", "new", "new", "new"]


async def test_many_refusals_at_once_cause_one_reading(connect: Connect) -> None:
    source = Counting("old-secret", "new-secret")
    async with serving(accepting("new-secret")) as server:
        connection = connect(server.url, auth=key(source))
        await asyncio.gather(*(connection.ask(GET) for _ in range(10)))
    assert source.reads == 2


async def test_m9_many_refusals_of_a_wrong_secret_cause_one_reading_too(connect: Connect) -> None:
    source = Counting("wrong-secret")
    async with serving(accepting("right")) as server:
        connection = connect(server.url, auth=key(source))
        refused = await asyncio.gather(*(connection.ask(GET) for _ in range(10)), return_exceptions=True)
    assert all(isinstance(error, Unauthorised) for error in refused)
    assert (source.reads, len(server.received)) == (2, 10)


async def test_m9_a_refusal_stands_when_the_secret_is_still_the_same(connect: Connect) -> None:
    source = Counting("wrong-secret")
    async with serving(accepting("right")) as server:
        with pytest.raises(Unauthorised, match="did not accept the credentials") as error:
            await connect(server.url, auth=key(source)).ask(GET)
    assert (source.reads, len(server.received), error.value.status) == (2, 1, 401)


async def test_m9_a_refusal_stands_when_the_new_secret_is_refused_too(connect: Connect) -> None:
    source = Counting("wrong-1", "wrong-2", "wrong-3")
    async with serving(accepting("right")) as server:
        with pytest.raises(Unauthorised):
            await connect(server.url, auth=key(source)).ask(GET)
    assert (source.reads, len(server.received)) == (2, 2)


async def test_a_change_is_not_sent_again_with_the_new_secret_but_the_next_one_is(connect: Connect) -> None:
    change = Request(path="/jobs/1", method="DELETE", changes=True)
    async with serving(accepting("new-secret")) as server:
        connection = connect(server.url, auth=key(Counting("old-secret", "new-secret")))
        with pytest.raises(Unauthorised):
            await connection.ask(change)
        assert len(server.received) == 1
        await connection.ask(change)
    assert len(server.received) == 2


async def test_a_refusal_stands_when_the_secret_cannot_be_read_again(connect: Connect, tmp_path: Path) -> None:
    path = keep(tmp_path, SECRET)
    async with serving(accepting("right")) as server:
        connection = connect(server.url, auth=key(FromFile(path)))
        for _ in range(2):
            with pytest.raises(Unauthorised, match="did not accept the credentials"):
                await connection.ask(GET)
            path.unlink(missing_ok=True)
    assert len(server.received) == 2


async def test_a_stream_reads_an_expired_secret_again(connect: Connect) -> None:
    async def script(request: Received, peer: Peer) -> None:
        if request.headers["x-api-key"] == "new-secret":
            await streaming(b": hi\n\n")(request, peer)
        else:
            await peer.send(answer("{}", "401 Unauthorized"))

    async with serving(script) as server:
        connection = connect(server.url, auth=key(Counting("old-secret", "new-secret")))
        assert len([heard async for heard in connection.listen(GET, lambda event: pytest.fail("an event"))]) == 1


async def test_a_secret_that_no_header_can_carry_is_not_in_the_error(connect: Connect) -> None:
    async with serving(always(answer())) as server:
        with pytest.raises(Rejected) as error:
            await connect(server.url, auth=key(Literal(Secret(f"{SECRET}\n")))).ask(GET)
    shown = "".join(traceback.format_exception(error.value))
    assert SECRET not in shown
    assert SECRET not in str(error.value)


async def test_a_secret_of_any_letters_is_carried(connect: Connect) -> None:
    async with serving(always(answer())) as server:
        await connect(server.url, auth=key(Literal(Secret("schlüssel")))).ask(GET)
    assert server.received[0].headers["x-api-key"].encode("latin-1").decode() == "schlüssel"
