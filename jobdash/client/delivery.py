"""Whether a webhook's delivery is taken: who may send one, and how large it may be. Not what it means."""

import hashlib
import hmac
from collections.abc import Mapping

from jobdash.client.secret import Secret

LARGEST = 1024 * 1024
"""So many bytes of one delivery are taken."""

PATIENCE = 10.0
"""Seconds in which a delivery must have arrived whole."""


class Refusal(Exception):
    """A delivery that is not taken, with the HTTP status that says so."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


def check(secret: Secret, body: bytes, headers: Mapping[str, str]) -> None:
    """Whether the sender knows the secret: it is in a header, or has signed the body. Raises Refusal."""
    key = secret.reveal().encode()
    told = headers.get("x-webhook-secret")
    signature = headers.get("x-webhook-signature")
    if told is None and signature is None:
        raise Refusal(401, "it carried no secret and no signature")
    signed = "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest()
    right = [
        told is None or hmac.compare_digest(told.encode(), key),
        signature is None or hmac.compare_digest(signature.strip().lower().encode(), signed.encode()),
    ]
    if not all(right):
        raise Refusal(403, "its secret or its signature is wrong")
