"""A mapping file guessed from one answer about one job: a beginning to edit, never the last word."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from urllib.parse import unquote, urlsplit

from jobdash.client.sentence import one_line
from jobdash.dialects.mapping.expression import PLAIN
from jobdash.model.errors import BadAnswer

WORDS: dict[str, tuple[str, ...]] = {
    "type": ("type", "jobtype", "kind", "taskname", "task", "name", "operation"),
    "queue": ("queue", "queuename"),
    "label": ("label", "title"),
    "progress": ("progress", "percent", "percentage", "percentcomplete", "completion", "pct"),
    "step": ("currentstep", "step", "stage", "phase", "message", "statusmessage"),
    "created_at": ("createdat", "created", "submittedat", "enqueuedat", "queuedat", "timestamp", "createdon"),
    "started_at": ("startedat", "started", "starttime", "processedon", "startedon", "begunat", "begun"),
    "finished_at": ("finishedat", "completedat", "endedat", "finished", "completed", "endtime", "finishedon", "ended"),
    "updated_at": ("updatedat", "updated", "modifiedat", "lastmodified", "updatedon"),
    "attempts": ("attempts", "attemptsmade", "attempt", "tries", "retries", "retrycount"),
    "max_attempts": ("maxattempts", "maxretries", "maxtries"),
    "worker": ("worker", "workername", "workerid", "processedby", "hostname", "host", "node"),
    "priority": ("priority",),
    "queue_position": ("queueposition", "position"),
    "estimated_wait": ("estimatedwaitseconds", "estimatedwait", "eta", "waitseconds"),
    "error": ("error", "errormessage", "failedreason", "failurereason", "exception", "exc", "reason", "problem"),
}
DETAIL = {
    "data": ("data", "payload", "input", "params", "parameters", "args", "arguments", "kwargs"),
    "result": ("result", "output", "returnvalue", "returnvalues", "results"),
    "traceback": ("traceback", "stacktrace", "stack"),
}
STATE = ("status", "state", "jobstatus", "jobstate", "statuscode", "statecode")
LIKE_STATE = ("phase", "stage", "condition", "lifecycle", "outcome", "done", "finished", "complete", "completed")
ID = ("id", "jobid", "taskid", "uuid", "uid", "key", "number", "no", "ref")
RESULTS = (
    "resulturls",
    "resulturl",
    "outputurl",
    "outputurls",
    "downloadurl",
    "downloads",
    "urls",
    "links",
    "outputs",
    "files",
)
MEANT = {
    "scheduled": ("scheduled", "delayed", "deferred"),
    "pending": ("pending", "queued", "waiting", "created", "new", "accepted", "submitted", "enqueued"),
    "running": ("running", "active", "processing", "started", "in_progress", "inprogress", "working", "busy"),
    "paused": ("paused", "suspended", "on_hold"),
    "retrying": ("retrying", "retry"),
    "stuck": ("stuck", "stalled"),
    "completed": ("completed", "complete", "done", "success", "succeeded", "finished", "ok"),
    "failed": ("failed", "failure", "error", "errored", "dead"),
    "cancelled": ("cancelled", "canceled", "aborted", "revoked", "stopped", "terminated"),
}
TIMES = ("created_at", "started_at", "finished_at", "updated_at")
DEPTH = 3
MOST = 20
KEY = re.compile(r"[^a-z0-9]")


@dataclass(slots=True)
class Guess:
    """What was recognised. `item` is where the job lies, `fields` and `detail` are field -> (path, value)."""

    item: str
    id: str | None
    state: tuple[str, Any]
    fields: dict[str, tuple[str, Any]] = field(default_factory=dict)
    detail: dict[str, tuple[str, Any]] = field(default_factory=dict)
    results: str | None = None


def draft(url: str, body: Any) -> str:
    """The text of a mapping file. Raises BadAnswer when nothing in the answer looks like the state of a job."""
    if not isinstance(body, dict):
        raise BadAnswer("the answer is no JSON object, so it cannot be one job")
    segments = [unquote(part) for part in urlsplit(url).path.split("/") if part]
    guess = _guess(body, segments)
    return "\n".join([*_head(url, segments, guess, body), *_states(guess), *_tables(guess)]) + "\n"


def _guess(body: dict[str, Any], segments: Iterable[str]) -> Guess:
    for called, (item, job) in product((STATE, LIKE_STATE), list(_objects(body))):
        state = _first(job, called, lambda value: isinstance(value, (str, int, bool)))
        if state is None:
            continue
        wanted = set(segments)
        own = [key for key, value in job.items() if isinstance(value, (str, int)) and str(value) in wanted]
        named = _first(job, ID, lambda value: isinstance(value, (str, int)))
        guess = Guess(item, own[0] if own else named[0] if named else None, state)
        taken = {guess.id, state[0]}
        for name, words in WORDS.items():
            found = _first(job, words, lambda value: not isinstance(value, (dict, list)), taken)
            if found is not None:
                guess.fields[name] = found
                taken.add(found[0])
        for name, words in DETAIL.items():
            found = _first(job, words, lambda value: True, taken)
            if found is not None:
                guess.detail[name] = found
        guess.results = _results(job)
        return guess
    fields = ", ".join(f"{path}.{key}".removeprefix("@.") for path, job in _objects(body) for key in list(job)[:MOST])
    raise BadAnswer(
        "no field of the answer looks like the state of a job; a mapping can say which it is: [job] state = one of "
        + one_line(fields or "none, it is empty", 200)
    )


def _objects(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The answer itself, then the objects inside it, the outer ones first."""
    level: list[tuple[str, dict[str, Any]]] = [("@", body)]
    for _ in range(DEPTH):
        yield from level
        level = [
            (_quoted(key) if path == "@" else f"{path}.{_quoted(key)}", value)
            for path, parent in level
            for key, value in parent.items()
            if isinstance(value, dict)
        ]


def _first(job: dict[str, Any], words: Iterable[str], fits: Any, taken: Iterable[str | None] = ()) -> Any:
    """The key that says the first of the words, and its value; one that is null counts when nothing better is there."""
    keys = {KEY.sub("", key.lower()): key for key in job if key not in set(taken)}
    found = [(keys[word], job[keys[word]]) for word in words if word in keys]
    usable = [entry for entry in found if entry[1] is not None and fits(entry[1])]
    empty = [entry for entry in found if entry[1] is None]
    return next(iter(usable or empty), None)


def _results(job: dict[str, Any]) -> str | None:
    for path, parent in _objects(job):
        for key in parent:
            if KEY.sub("", key.lower()) in RESULTS:
                return _quoted(key) if path == "@" else f"{path}.{_quoted(key)}"
    return None


def _head(url: str, segments: list[str], guess: Guess, body: dict[str, Any]) -> list[str]:
    value = body
    for part in [] if guess.item == "@" else re.findall(r'"(?:[^"\\]|\\.)*"|[^.]+', guess.item):
        value = value[json.loads(part) if part.startswith('"') else part]
    id = str(value[guess.id]) if guess.id is not None else segments[-1] if segments else ""
    at = max((place for place, segment in enumerate(segments) if segment == id), default=len(segments) - 1)
    base, rest = segments[:at], ["{id}", *segments[at + 1 :]]
    if at == len(segments) - 1 and base and base[-1] in ("status", "state", "info"):
        base, rest = base[:-1], [base[-1], *rest]
    host = urlsplit(url).hostname or "server"
    lines = [
        "# A draft: check every line, above all [states] and the units, then: jobdash probe URL --mapping THIS_FILE",
        f"title = {_text(host)}",
        f"base = {_text('/' + '/'.join(base) if base else '')}",
        'poll = "5s"',
        "",
        "[probe]",
        f"job_keys = [{', '.join(_text(key) for key in _keys(guess))}]",
        "",
        "[get]",
        f"path = {_text('/' + '/'.join(rest))}",
    ]
    return [*lines, *([f"item = {_text(guess.item)}"] if guess.item != "@" else [])]


def _keys(guess: Guess) -> list[str]:
    prefix = "" if guess.item == "@" else f"{guess.item}."
    names = [guess.id, guess.state[0], *(path for path, _ in guess.fields.values())]
    return [prefix + _quoted(name) for name in names if name is not None][:4]


def _states(guess: Guess) -> list[str]:
    seen = guess.state[1]
    word = str(seen).lower() if isinstance(seen, bool) else str(seen)
    meant = next((state for state, words in MEANT.items() if word.lower() in words), None)
    lines = ["", "[states]", "# theirs = ours; one that is not here is shown by its own name"]
    lines.append(f"{_text(word)} = {_text(meant)}" if meant else f'# {_text(word)} = "running"    # what does it mean?')
    upper = isinstance(seen, str) and seen.isupper()
    for state in ("pending", "running", "completed", "failed"):
        if state != meant:
            lines.append(f"{_text(state.upper() if upper else state)} = {_text(state)}    # a guess")
    return lines


def _tables(guess: Guess) -> list[str]:
    lines = ["", "[job]"]
    sure = KEY.sub("", guess.state[0].lower()) in STATE
    if guess.id is not None:
        lines.append(f"id = {_text(_quoted(guess.id))}")
    lines.append(
        f"state = {_text(_quoted(guess.state[0]))}" + ("" if sure else "    # a guess: no field is called status")
    )
    for name, (key, value) in guess.fields.items():
        unit = _unit(name, key, value)
        at = _text(_quoted(key))
        lines.append(f"{name} = {{ at = {at}, unit = {_text(unit)} }}" if unit else f"{name} = {at}")
    if guess.detail:
        lines += ["", "[detail]", *(f"{name} = {_text(_quoted(key))}" for name, (key, _) in guess.detail.items())]
    if guess.results is not None:
        lines += ["", "[results]", f"at = {_text(guess.results)}"]
    return lines


def _unit(name: str, key: str, value: Any) -> str | None:
    if name == "progress":
        part = isinstance(value, float) and 0 < value <= 1 and "perc" not in key.lower()
        return "fraction" if part else "percent"
    if name in TIMES:
        if isinstance(value, str) or value is None:
            return "iso" if isinstance(value, str) else None
        return "ms" if isinstance(value, (int, float)) and value > 1e11 else "s"
    if name == "estimated_wait":
        return "ms" if key.lower().endswith("ms") else "s"
    return None


def _quoted(key: str) -> str:
    """A key as JMESPath."""
    return key if PLAIN.fullmatch(key) and "." not in key else json.dumps(key)


def _text(value: str) -> str:
    """A TOML text: JSON's escapes are TOML's, but for DEL."""
    return json.dumps(value, ensure_ascii=True).replace("\x7f", "\\u007f")
