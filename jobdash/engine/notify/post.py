"""Tells a web address: the call as JSON in a POST. How HTTP is spoken is given by whoever wires it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from jobdash.engine.backoff import Random, full_jitter
from jobdash.engine.clock import Clock
from jobdash.engine.notify.call import Call, TellingFailed
from jobdash.model.errors import BadAnswer, Rejected, ServerError, Unauthorised

ATTEMPTS = 4
BASE, CAP = 2.0, 30.0

Post = Callable[[Mapping[str, Any]], Awaitable[object]]
"""Sends one JSON object to the address. Raises ServerErrors, whose words hold no secret."""


class PostTeller:
    """Tries again while the other side is in trouble; not when it said no, or what nobody understands."""

    def __init__(self, post: Post, shown: str, clock: Clock, random: Random) -> None:
        self._post = post
        self._shown = shown
        self._clock = clock
        self._random = random

    async def tell(self, call: Call) -> None:
        body = call.as_json()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._post(body)
                return
            except (Rejected, Unauthorised, BadAnswer) as error:
                raise TellingFailed(f"{self._shown}: {error}") from None
            except ServerError as error:
                if attempt == ATTEMPTS:
                    raise TellingFailed(f"{self._shown}: {error}, tried {attempt} times") from None
                await self._clock.sleep(full_jitter(attempt, base=BASE, cap=CAP, random=self._random))
