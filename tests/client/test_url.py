"""Addresses as people type them, and paths that reach the wire exactly as the dialect wrote them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdash.client.dialect import Request, quote_id
from jobdash.client.secret import Literal, Secret
from jobdash.client.settings import ServerSettings
from jobdash.client.url import parse_base
from jobdash.model.errors import BadAnswer, ConfigError, NotFound
from tests.client.conftest import Connect
from tests.client.scripted import always, answer, serving


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("localhost:8000", "http://localhost:8000"),
        ("//localhost:8000", "http://localhost:8000"),
        ("  http://Example.ORG/  ", "http://example.org"),
        ("https://example.org:443/below/", "https://example.org/below"),
        ("http://example.org:80", "http://example.org"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("http://localhost:8000/#/jobs", "http://localhost:8000"),
        ("http://example.org/a%2Fb/c/", "http://example.org/a%2Fb/c"),
        ("http://bücher.example", "http://xn--bcher-kva.example"),
        ("http://user:pass@example.org/x", "http://example.org/x"),
    ],
)
def test_an_address_has_one_normal_form(typed: str, shown: str) -> None:
    assert parse_base(typed).shown == shown


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ftp://example.org",
        "file:///etc/passwd",
        "http://",
        "http://host:port",
        "http://host:99999",
        "http://host:0",
        "http://[::1",
        "http://::1:8000",
        "http://host/?page=1",
        "http://ho st/",
        "http://host/a\nb",
        "http://user:hunter22@host:port",
        "user:hunter22@host:port",
        "http://user:hunter22@[::1",
        "http://" + "a" * 70000,
    ],
)
def test_a_bad_address_is_refused_in_one_line_without_its_password(typed: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_base(typed)
    assert "hunter22" not in str(refused.value)
    assert str(refused.value).isprintable()


def test_credentials_in_an_address_become_basic_auth_and_are_never_shown() -> None:
    base = parse_base("http://us%40er:hunter%3A22@example.org")
    assert base.auth is not None
    assert base.auth.name == "us@er"
    assert base.auth.source == Literal(Secret("hunter:22"))
    settings = ServerSettings(name="docs", url="http://user:hunter22@example.org", headers={"X-Key": "hunter22"})
    assert "hunter" not in repr(base) + repr(settings) + base.shown


@pytest.mark.parametrize("base", ["http://h", "http://h/"])
def test_a_path_is_joined_below_the_base(base: str) -> None:
    assert parse_base(base).join("/jobs") == "http://h/jobs"
    assert parse_base("http://h/api/").join("jobs") == "http://h/api/jobs"
    assert parse_base("http://h/api").join("") == "http://h/api"
    assert parse_base("http://h").join("/x?a=1", {"b": "ü&/", "c": 2}) == "http://h/x?a=1&b=%C3%BC%26%2F&c=2"
    assert parse_base("http://h").join("/x#y") == "http://h/x%23y"


def test_a_next_link_is_followed_on_the_same_server_only() -> None:
    base = parse_base("http://h/api")
    assert base.join("http://h/api/jobs?page=2") == "http://h/api/jobs?page=2"
    with pytest.raises(BadAnswer):
        base.join("http://other/api/jobs?page=2")


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "data:text/plain,x", "//[", "http://a:b"]
)
def test_only_http_links_are_resolved(link: str) -> None:
    with pytest.raises(BadAnswer):
        parse_base("http://h").resolve(link)


def test_links_in_answers_are_resolved_and_lose_their_credentials() -> None:
    base = parse_base("http://h:1/api")
    assert base.resolve("files/x.png") == "http://h:1/api/files/x.png"
    assert base.resolve("/files/x.png") == "http://h:1/files/x.png"
    assert base.resolve("https://u:p@other/x") == "https://other/x"


IDS = [
    "a/b",
    "..",
    ".",
    "a b",
    "a?b=c",
    "a#b",
    "%2F",
    "%",
    "ü",
    "日本",
    "a\\b",
    "a;b",
    "a:b@c",
    "\ud800",
    "\n",
    "~",
    "...",
    "+",
]


async def test_every_id_reaches_the_wire_as_one_segment(connect: Connect) -> None:
    async with serving(always(answer())) as server:
        connection = connect(server.url + "/api")
        for id in IDS:
            await connection.ask(Request(path=f"/jobs/{quote_id(id)}/x"))
    assert server.targets == [f"/api/jobs/{quote_id(id)}/x" for id in IDS]
    assert "/api/jobs/%2E%2E/x" in server.targets
    assert "/api/jobs/a%2Fb/x" in server.targets


@given(st.text(st.characters(codec=None), min_size=1))
def test_no_id_is_another_path(id: str) -> None:
    quoted = quote_id(id)
    assert quoted.isascii()
    assert not set(quoted) & set("/?#\\ ")
    assert quoted not in (".", "..")
    assert parse_base("http://h").join(f"/jobs/{quoted}/x") == f"http://h/jobs/{quoted}/x"


def test_no_id_is_no_job() -> None:
    with pytest.raises(NotFound):
        quote_id("")
