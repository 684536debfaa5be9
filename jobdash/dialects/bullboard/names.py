"""How a job of BullMQ is named here: the queue, percent-encoded, a slash, and its id in that queue."""

from urllib.parse import quote, unquote

from jobdash.client.dialect import quote_id
from jobdash.model.errors import NotFound


def encoded(queue: str) -> str:
    """The name of a queue without a slash in it."""
    return quote(queue, safe="", errors="surrogatepass")


def name_of(queue: str, id: object) -> str:
    """The name of a job here."""
    return f"{encoded(queue)}/{id}"


def place_of(name: str) -> tuple[str, str]:
    """The queue and the path of a job. Raises NotFound for a name that names no queue."""
    queue, slash, own = name.partition("/")
    if not slash or not queue or not own:
        raise NotFound("a job of BullMQ is named queue/id")
    plain = unquote(queue, errors="surrogatepass")
    return plain, f"api/queues/{quote_id(plain)}/{quote_id(own)}"
