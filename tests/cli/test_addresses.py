"""Whose credentials go along where a server is given by its address: those of its own table, to its own place only."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobdash.cli.watched import watched_urls
from jobdash.cli.wire import settings_at
from jobdash.client.auth import Auth
from jobdash.client.connection import Connection
from jobdash.client.dialect import Request
from jobdash.config.load import load
from jobdash.config.models import Config
from jobdash.model.care import Care
from jobdash.model.errors import BadAnswer, ConfigError
from tests.cli.conftest import Cli
from tests.client.scripted import always, answer, serving


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Servers with a key each, two of them behind one gateway."""
    monkeypatch.setenv("KEY", "key-of-the-gate")
    monkeypatch.setenv("OTHER", "key-of-the-other")
    file = tmp_path / "config.toml"
    file.write_text("""
[[servers]]
name = "gate"
url = "https://jobs.example:8443/a"
auth = { bearer = true, env = "KEY" }
insecure = true
[[servers]]
name = "other"
url = "https://jobs.example:8443/other"
auth = { header = "X-Key", env = "OTHER" }
[[servers]]
name = "words"
url = "https://me:pass-word@words.example"
[[servers]]
name = "idn"
url = "https://b\u00fccher.example"
auth = { bearer = true, env = "KEY" }
""")
    return load(file)


def header(auth: Auth | None) -> str | None:
    return auth.masked() if auth is not None else None


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://jobs.example:8443/a", "Authorization: Bearer ***"),
        ("https://JOBS.example:8443/a/b", "Authorization: Bearer ***"),
        ("https://jobs.example:8443/other/x", "X-Key: ***"),
        ("https://me@jobs.example:8443/a", None),
        ("https://me:mine@jobs.example:8443/a", None),
        ("https://jobs.example:8443/ab", None),
        ("https://jobs.example:8443/third", None),
        ("https://jobs.example:8443/a/../third", None),
        ("https://jobs.example:8443/a/%2E%2e/third", None),
        ("https://jobs.example:8443", "X-Key: ***"),
        ("http://jobs.example:8443/a", None),
        ("jobs.example:8443/a", None),
        ("https://jobs.example/a", None),
        ("https://jobs.example:8444/a", None),
        ("https://jobs.example.:8443/a", None),
        ("https://jobs.example:8443@evil.example/a", None),
        ("https://jobs.example:8443.evil.example/a", None),
        ("https://jobs.example%3A8443/a", None),
        ("https://evil.example/https://jobs.example:8443/a", None),
        ("https://evil.example#@jobs.example:8443/a", None),
        ("https://words.example/x", "Authorization: Basic ***"),
        ("https://B\u00dcCHER.example", "Authorization: Bearer ***"),
        ("https://xn--bcher-kva.example", "Authorization: Bearer ***"),
        ("https://bucher.example", None),
        ("https://b\u00fc\u0441her.example", None),
    ],
)
def test_credentials_belong_to_scheme_host_port_and_place(keys: Config, url: str, shown: str | None) -> None:
    try:
        found = settings_at(url, keys)
    except ConfigError:
        assert shown is None
        return
    assert header(found.auth) == shown
    assert found.url == url


def test_certificates_are_checked_beside_a_server_that_may_have_any(keys: Config) -> None:
    verified = {path: settings_at(f"https://jobs.example:8443{path}", keys).tls.verify for path in ("/a", "/third")}
    assert verified == {"/a": False, "/third": True}


def test_the_screen_reaches_an_address_as_commands_do(keys: Config) -> None:
    known, other = watched_urls(["https://jobs.example:8443/a", "https://evil.example"], "mend", (), keys)
    assert (known.proof, known.care) == ("Authorization: Bearer ***", Care(insecure=True))
    assert (other.proof, other.care) == (None, Care())


async def test_what_goes_along_stays_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "key-of-the-gate")
    file = tmp_path / "config.toml"
    async with serving(always(answer("{}"))) as other:
        moved = answer("{}", "302 Found", location=f"{other.url}/x")
        async with serving(always(moved)) as server:
            file.write_text(
                f'[[servers]]\nname = "a"\nurl = "{server.url}"\nauth = {{ header = "X-Key", env = "KEY" }}\n'
            )
            connection = Connection(settings_at(f"{server.url}/below", load(file)))
            try:
                with pytest.raises(BadAnswer, match="not followed"):
                    await connection.ask(Request(path="/jobs"))
            finally:
                await connection.aclose()
            assert server.received[0].headers["x-key"] == "key-of-the-gate"
    assert other.connections == 0


def test_an_address_that_is_no_job_of_the_named_kind_says_what_to_give_instead(cli: Cli) -> None:
    ran = cli("show", "http://127.0.0.1:9/other/1", "--dialect", "compileo")
    assert ran.code == 2
    assert "not the address of a job of compileo; give its id, and --server ADDRESS" in ran.err
    assert "name its kind: --dialect" in cli("show", "http://127.0.0.1:9/").err
