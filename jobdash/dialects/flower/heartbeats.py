"""Which workers Flower has heard of: what it asks nobody for, and answers at once."""

from jobdash.client.dialect import Ask, Request
from jobdash.dialects._reading import many, server_time
from jobdash.dialects.flower.wire import Seen


async def heartbeats(ask: Ask) -> tuple[list[Seen], float | None]:
    """The workers, and Flower's own time in seconds since the epoch. Raises ServerErrors."""
    answer = await ask(Request(path="workers", query={"json": 1}))
    body = answer.body
    return many(Seen, body.get("data") if isinstance(body, dict) else None), server_time(answer.headers)
