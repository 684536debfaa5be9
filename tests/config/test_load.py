"""config.toml: what is right is understood, what is wrong is named in one sentence with file and key."""

from pathlib import Path

import pytest

from jobdash.config.load import load
from jobdash.model.errors import ConfigError

GOOD = """
theme = "day"

[[servers]]
name = "docs"
url = "https://jobs.example/compileo"
dialect = "compileo"
jobs = ["a/b", "c"]
poll = "1m30s"
auth = { bearer = true, command = ["pass", "show", "docs"] }

[[servers]]
name = "media"
url = "localhost:8080"
auth = { header = "X-API-Key", env = "MEND_KEY" }
paths = { stream = "/{id}/events" }
"""


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "config.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_good_file_is_understood(tmp_path: Path) -> None:
    config = load(written(tmp_path, GOOD))
    docs, media = config.servers
    assert (config.theme, docs.name, docs.dialect, docs.jobs, docs.poll) == (
        "day",
        "docs",
        "compileo",
        ["a/b", "c"],
        90.0,
    )
    assert docs.auth is not None and docs.auth.bearer and docs.auth.command == ["pass", "show", "docs"]
    assert media.auth is not None and (media.auth.header, media.auth.env) == ("X-API-Key", "MEND_KEY")
    assert media.paths == {"stream": "/{id}/events"}
    assert config.folder == tmp_path


SERVER = '[[servers]]\nname = "docs"\nurl = "http://localhost"\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('thme = "day"', "thme: unknown key; did you mean `theme`?"),
        (SERVER + 'dialct = "rq"', "servers[1].dialct: unknown key; did you mean `dialect`?"),
        (
            SERVER + "jobs = 7",
            "servers[1].jobs: a list is expected, but it is 7 (server 'docs')",
        ),
        (SERVER + "jobs = [7]", "servers[1].jobs[1]: a text is expected, but it is 7 (server 'docs')"),
        (
            SERVER + 'poll = "soon"',
            'servers[1].poll: a duration like "5s", "2m" or "1h30m" is expected (server \'docs\')',
        ),
        (SERVER + "poll = 0", "servers[1].poll: more than 0 is expected, but it is 0 (server 'docs')"),
        ('[[servers]]\nurl = "http://x"', "servers[1].name: is missing"),
        (
            SERVER + SERVER,
            'servers[2].name: every server needs a name of its own, but "docs" is there more than once',
        ),
        (
            SERVER + "auth = { bearer = true }",
            "servers[1].auth: exactly one of env, file, command and keyring is expected, to say where the secret is"
            " (server 'docs')",
        ),
        (
            SERVER + 'auth = { bearer = true, basic = "me", env = "X" }',
            "servers[1].auth: exactly one of header, bearer and basic is expected (server 'docs')",
        ),
        (SERVER + 'auth = { token = "s3cret" }', "servers[1].auth.token: unknown key; there are header, bearer"),
        ("servers = 3", "servers: a list is expected, but it is 3"),
        ('folder = "/"', "folder: unknown key"),
        ('file = "/"', "file: unknown key"),
        (SERVER + "name = 7", "is not TOML"),
        ('[[servers]]\nname = 7\nurl = "x"', "servers[1].name: a text is expected, but it is 7"),
        ('[[servers]]\nname = ""\nurl = "x"', "servers[1].name: a text that is not empty is expected, but it is ''"),
        (SERVER + 'env = "live"', "servers[1].env: 'prod', 'staging' or 'dev' is expected, but it is 'live'"),
        (SERVER + "read_only = 1", "servers[1].read_only: true or false is expected, but it is 1"),
        ("[bulk]\ncanary = 1.5", "bulk.canary: a whole number is expected, but it is 1.5"),
        ("[bulk]\nrate = 2000", "bulk.rate: at most 1000 is expected, but it is 2000"),
        ("bulk = 3", "bulk: a table is expected, but it is 3"),
        ('[notify]\ndesktop = "osc8"', "notify.desktop: 'off', 'osc9', 'osc777' or 'osc99' is expected"),
        ("[[servers]", "is not TOML"),
        (b"\xff\xfe", "is not UTF-8 text (byte 0)"),
    ],
)
def test_each_mistake_is_one_sentence(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load(path)
    said = str(caught.value)
    assert said.startswith(f"{path}: ") and sentence in said
    assert "\n" not in said and "s3cret" not in said


def test_a_wrong_url_never_shows_the_credentials_in_it(tmp_path: Path) -> None:
    path = written(tmp_path, '[[servers]]\nname = "a"\nurl = ["http://me:s3cret@host"]')
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert "s3cret" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        load(tmp_path / "none.toml")


def test_views_and_the_default_of_a_server(tmp_path: Path) -> None:
    server = '[[servers]]\nname = "docs"\nurl = "localhost"\nview = "wrong"\n'
    config = load(written(tmp_path, server + '[[views]]\nname = "wrong"\nquery = "state:failed"'))
    assert (config.views[0].name, config.views[0].query, config.servers[0].view) == ("wrong", "state:failed", "wrong")
    with pytest.raises(ConfigError, match=r"views\[1\]\.colums: unknown key; did you mean `columns`"):
        load(written(tmp_path, '[[views]]\nname = "a"\ncolums = ["job"]'))
