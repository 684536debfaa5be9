"""Makes job ids as each API's document shows them, the same ones for the same seed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from random import Random


def id_maker(random: Random) -> Callable[[str], str]:
    """A function that makes a new id for a face: `job_` and twelve digits for Job Status, else a UUID."""

    def new_id(face: str) -> str:
        made = uuid.UUID(int=random.getrandbits(128), version=4)
        return f"job_{made.hex[:12]}" if face == "jobstatus" else str(made)

    return new_id
