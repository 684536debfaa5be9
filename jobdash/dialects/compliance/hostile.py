"""Ids, events and errors that no dialect may stumble over."""

import json
import random
from collections.abc import Iterator, Sequence

from jobdash.client.dialect import StreamEvent
from jobdash.dialects.compliance.faults import HOSTILE, spoilings
from jobdash.model.errors import (
    BadAnswer,
    NotFound,
    Rejected,
    ServerError,
    ServerFault,
    Throttled,
    TimedOut,
    Unauthorised,
    Unreachable,
)

IDS = (
    "a/b",
    "../x",
    "..",
    ".",
    "a/../../b",
    "a?b=c",
    "a#b",
    "a b",
    "a%2Fb",
    "a\\b",
    "//host/x",
    "http://host/x",
    "ä/☃\U0001f6e0",
    "\r\nX: y",
    "\x00",
    "\ud800",
    "{id}",
    "queue/../x",
    "x" * 5_000,
    HOSTILE,
)

ERRORS: tuple[ServerError, ...] = (
    Unreachable("refused", sent=False),
    TimedOut("no answer"),
    Unauthorised("no", status=401),
    Throttled("slow down", status=429, retry_after=3.0),
    NotFound("gone", status=410),
    Rejected("no", status=409),
    ServerFault("trouble", status=503),
    BadAnswer("HTML", status=200),
)

ALPHABET = '{}[]":,0123456789.eE+-truefalsn \\u\x00\n\ud800\u202eä☃'
RANDOM_TEXTS = 300


def texts(events: Sequence[StreamEvent]) -> Iterator[StreamEvent]:
    """Recorded events with anything wrong in them or cut off, and random ones; the same ones every time."""
    for event in events:
        for end in range(0, len(event.data), max(1, len(event.data) // 50)):
            yield StreamEvent(data=event.data[:end], event=event.event)
        try:
            body = json.loads(event.data)
        except ValueError:
            continue
        for _, _, spoilt in spoilings(body):
            yield StreamEvent(data=json.dumps(spoilt), event=event.event)
    lots = random.Random(1)
    for _ in range(RANDOM_TEXTS):
        yield StreamEvent(data="".join(lots.choices(ALPHABET, k=lots.randrange(60))), event=lots.choice(NAMES))


NAMES = ("message", "", "error", "ping", HOSTILE)
