"""The lines that do in a shell what a key does: quoted, masked, and made without asking anybody."""

from jobdash.client.auth import Auth
from jobdash.client.dialect import Answer, Ask, Dialect, Request, quote_id
from jobdash.client.secret import Literal, Secret
from jobdash.engine.equivalent import curl, lines, reading_of
from jobdash.model.command import Action
from jobdash.model.job import JobKey
from jobdash.model.report import JobReport


class One(Dialect):
    """Asks for one job in the usual way."""

    async def job(self, ask: Ask, id: str) -> JobReport:
        answer: Answer = await ask(Request(path=f"/jobs/{quote_id(id)}", query={"full": 1}))
        raise AssertionError(answer)


def test_the_question_about_a_job_is_known_without_asking_it() -> None:
    request = reading_of(One("docs"), "a/b $(x)")
    assert request is not None
    assert curl("http://host/api", request, "X-API-Key: ***") == (
        "curl -sS -H 'X-API-Key: ***' 'http://host/api/jobs/a%2Fb%20%24%28x%29?full=1'"
    )
    assert reading_of(Dialect("docs"), "1") is None


def test_ids_are_quoted_and_servers_named_as_the_command_line_knows_them() -> None:
    key = JobKey("docs", "it's; rm -rf")
    assert (
        lines(key, "http://h", configured=True, actions=[Action.CANCEL])[-1]
        == "jobdash cancel 'docs/it'\"'\"'s; rm -rf'"
    )
    assert (
        lines(JobKey("h:1", "7"), "http://h:1", configured=False, actions=[])[0] == "jobdash show 7 --server http://h:1"
    )


def test_credentials_are_shown_masked() -> None:
    source = Literal(Secret("hunter2"))
    assert Auth.header("X-API-Key", source).masked() == "X-API-Key: ***"
    assert Auth.bearer(source).masked() == "Authorization: Bearer ***"
    assert Auth.basic("me", source).masked() == "Authorization: Basic ***"
