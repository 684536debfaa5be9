"""What does the same without the screen: lines for a shell, with every secret masked. Nothing here runs anything."""

from shlex import quote
from urllib.parse import urlencode

from jobdash.client.dialect import Answer, Dialect, Request
from jobdash.model.command import Action
from jobdash.model.errors import JobdashError
from jobdash.model.job import JobKey


class _Seen(JobdashError):
    """The question was heard, and that is all that was wanted."""


def reading_of(dialect: Dialect, id: str) -> Request | None:
    """The request by which this kind of server is asked about one job; None when it cannot be."""
    heard: list[Request] = []

    async def ask(request: Request) -> Answer:
        heard.append(request)
        raise _Seen("only looked at")

    question = dialect.job(ask, id)
    try:
        question.send(None)
    except (StopIteration, JobdashError):
        pass
    finally:
        question.close()
    return heard[0] if heard else None


def curl(url: str, request: Request, proof: str | None) -> str:
    """`curl -H 'X-API-Key: ***' 'http://...'`; `proof` is the header that carries the secret, masked."""
    query = f"?{urlencode(request.query)}" if request.query else ""
    address = f"{url.rstrip('/')}/{request.path.lstrip('/')}".rstrip("/") + query
    words = ["curl", "-sS", *(["-X", request.method] if request.method != "GET" else [])]
    if proof is not None:
        words += ["-H", quote(proof)]
    return " ".join([*words, quote(address)])


def lines(key: JobKey, url: str, *, configured: bool, actions: list[Action]) -> list[str]:
    """`jobdash show docs/1` and what else can be done with the job; a server of no config is named by its address."""
    job = quote(str(key)) if configured else f"{quote(key.id)} --server {quote(url)}"
    return [f"jobdash {word} {job}" for word in ("show", "logs", "wait", *(action.value for action in actions))]
