"""What a person types to narrow a list: words, and `field:value` terms, all of which must hold."""

import re
from collections.abc import Callable
from fnmatch import translate

from jobdash.model.errors import QueryError
from jobdash.model.job import Job
from jobdash.model.state import State

Predicate = Callable[[Job], bool]

FIELDS: dict[str, Callable[[Job], str | None]] = {
    "state": lambda job: job.state,
    "server": lambda job: job.key.server,
    "id": lambda job: job.key.id,
    "type": lambda job: job.type,
    "queue": lambda job: job.queue,
    "worker": lambda job: job.worker,
    "error": lambda job: job.error,
    "step": lambda job: job.step,
}
SEARCHED = ("server", "id", "type", "queue", "worker", "error", "step")
"""What a bare word is looked for in, besides the label and the server's own name of the state."""

TERM = re.compile(r'(?P<minus>-)?(?:(?P<field>[a-zA-Z_]+):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))')


def parse(text: str) -> Predicate:
    """A predicate over jobs; every term must hold. Raises QueryError with the position of what is wrong."""
    terms: list[Predicate] = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        match = TERM.match(text, position)
        if match is None:
            raise QueryError("a quote is not closed" if text[position:].count('"') else "not understood", position)
        terms.append(_term(match))
        position = match.end()
    return lambda job: all(term(job) for term in terms)


def _term(match: re.Match[str]) -> Predicate:
    value = match["quoted"] if match["quoted"] is not None else match["plain"]
    predicate = _field(match, value) if match["field"] else _word(value)
    if match["minus"]:
        return lambda job: not predicate(job)
    return predicate


def _word(value: str) -> Predicate:
    needle = value.casefold()
    getters = [FIELDS[name] for name in SEARCHED]

    def holds(job: Job) -> bool:
        texts = (job.native_state, job.label, *(getter(job) for getter in getters))
        return any(needle in text.casefold() for text in texts if text)

    return holds


def _field(match: re.Match[str], value: str) -> Predicate:
    name = match["field"].lower()
    if name not in FIELDS:
        raise QueryError(f"no field `{name}`; there are {', '.join(FIELDS)}", match.start())
    if name == "state":
        return _states(value, match.end() - len(value))
    getter = FIELDS[name]
    alternatives = [re.compile(translate(part.casefold())) for part in value.split(",") if part]
    return lambda job: any(a.match((getter(job) or "").casefold()) for a in alternatives)


def _states(value: str, position: int) -> Predicate:
    wanted = value.casefold().split(",")
    known = set(State)
    unknown = [word for word in wanted if word and word not in known and not word.isidentifier()]
    if unknown:
        raise QueryError(f"no state `{unknown[0]}`; there are {', '.join(State)}", position)
    return lambda job: job.state in wanted or job.native_state.casefold() in wanted
