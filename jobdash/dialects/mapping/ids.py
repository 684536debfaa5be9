"""Ids on servers where an id is unique only within its queue: jobdash calls such a job QUEUE/ID."""

from urllib.parse import quote, unquote

from jobdash.model.errors import NotFound


def within_queue(queue: str, id: str) -> str:
    """The id of a job everywhere in jobdash; a slash in the queue's name is encoded, so that the first one divides."""
    return f"{quote(queue, safe=' :@+,;=')}/{id}"


def words(id: str, *, per_queue: bool) -> dict[str, str]:
    """What fills `{id}` and `{queue}` in a path. Raises NotFound for an id that no job can have."""
    if not per_queue:
        return {"id": id}
    queue, slash, own = id.partition("/")
    if not slash:
        raise NotFound("ids on this server are written QUEUE/ID")
    return {"id": own, "queue": unquote(queue)}
