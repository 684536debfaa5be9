"""An answer whose body is still unread: reading it within a limit."""

import httpx

from jobdash.client.body import read_body
from jobdash.model.errors import BadAnswer
from jobdash.model.job import Json

ERROR_BODY = 64 * 1024
"""So many bytes of an error answer are read where it is not the answer to a question."""


def shares(response: httpx.Response | None) -> bool:
    """Whether other answers come over the same connection: the library's patience with bytes is then that of all."""
    return response is not None and response.http_version == "HTTP/2"


async def body_of(response: httpx.Response, largest: int) -> bytes:
    """The whole body. Raises BadAnswer when it has more than `largest` bytes."""
    data = bytearray()
    async for chunk in response.aiter_bytes():
        data += chunk
        if len(data) > largest:
            raise BadAnswer(f"an answer of more than {largest / 1024 / 1024:.3g} MB", status=response.status_code)
    return bytes(data)


async def error_body(response: httpx.Response) -> Json:
    """What an error answer says; None when it is too long or no JSON."""
    try:
        return read_body(await body_of(response, ERROR_BODY), dict(response.headers), text_welcome=True)
    except BadAnswer:
        return None
