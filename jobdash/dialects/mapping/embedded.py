"""Queue statistics that come along with an answer about jobs."""

from typing import Any

from jobdash.dialects.mapping.queues import QueueReader
from jobdash.model.errors import BadAnswer
from jobdash.model.queue import QueueStats


def embedded(reader: QueueReader | None, body: Any, where: str, problems: list[str]) -> tuple[QueueStats, ...]:
    """When they are wrong, the jobs still count: the fault becomes a problem."""
    try:
        return reader.read(body, where, problems) if reader else ()
    except BadAnswer as error:
        problems.append(str(error))
        return ()
