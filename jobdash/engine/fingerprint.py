"""Errors that are alike get one fingerprint: what differs from job to job is taken out. Pure.

Only what every reading of a job tells is looked at: it has the same fingerprint whether or not it was read in full.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from jobdash.model.frames import innermost
from jobdash.model.job import Job
from jobdash.model.state import State

HEAD, TAIL = 3_000, 3_000
"""Characters of an error that are looked at, from its two ends: five megabytes tell no more."""

MESSAGE: Final = 300
FAILING: Final = frozenset({State.FAILED, State.RETRYING, State.STUCK})

# Looked for in one word at a time: what stands in quotes was taken out before.
VARIES: Final = re.compile(
    r"(?P<time>\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?|\b\d\d:\d\d:\d\d\b)"
    r"|(?P<id>\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b)"
    r"|(?P<url>\b[a-z][a-z0-9+.-]{1,15}://[^\s'\"<>)\]}]{1,2000})"
    r"|(?P<mail>\b[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64})"
    r"|(?P<address>\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b|\b0x[0-9a-fA-F]+\b)"
    r"|(?P<path>(?<![\w.])(?:[A-Za-z]:)?(?:[/\\][\w.@%+~-]{1,255}){2,50}[/\\]?)"
    r"|(?P<hash>\b(?=[0-9a-fA-F]{0,64}\d)[0-9a-fA-F]{12,128}\b)"
    r"|(?P<token>\b(?=[\w-]{0,60}\d)(?=[\w-]{0,60}[A-Za-z])[A-Za-z0-9]{1,60}(?:[_-][A-Za-z0-9]{1,60}){1,8}\b)"
    r"|(?P<n>\d+(?:[.,:]\d+)*)"
)
WORDS: Final = {
    "time": "<time>", "id": "<id>", "url": "<url>", "mail": "<address>", "address": "<address>",
    "path": "<path>", "hash": "<id>", "token": "<id>", "n": "<n>",
}  # fmt: skip
QUOTE: Final = re.compile("['\"`“]")
QUOTED: Final = re.compile(r"'[^'\n]{0,500}'|\"[^\"\n]{0,500}\"|`[^`\n]{0,500}`|“[^”\n]{0,500}”")
PARTED: Final = re.compile(r"(\d{4}-\d\d-\d\d) (?=\d\d:\d\d)")
NAMED: Final = re.compile(r"(?P<kind>(?:[A-Za-z_][\w$]*[.:]{1,2}){0,12}[A-Z][\w$]*)(?:: ?|$)(?P<rest>.*)", re.DOTALL)
TITLE: Final = re.compile(r"<(title|h1)[^>]{0,200}>(?P<text>[^<]{1,300})", re.IGNORECASE)
HTML: Final = re.compile(r"\s*<(!doctype|html|head|body)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`id` is short and stable across runs; `exception` and `frame` are empty where the error tells none."""

    id: str
    exception: str
    message: str
    frame: str

    @property
    def title(self) -> str:
        """What the errors have in common, in one line."""
        return ": ".join(part for part in (self.exception, self.message) if part) or "no error told"


def of_job(job: Job) -> Fingerprint | None:
    """None for a job that has not gone wrong."""
    if job.state not in FAILING or (job.error is None and job.state is not State.FAILED):
        return None
    return of_error(job.error or "", job.frame)


def id_of_job(job: Job) -> str | None:
    """For queries."""
    found = of_job(job)
    return found.id if found is not None else None


def title_of_job(job: Job) -> str | None:
    """For the heads of groups."""
    found = of_job(job)
    return found.title if found is not None else None


def of_error(error: str, frame: str | None = None) -> Fingerprint:
    """The fingerprint of an error text, of any length and shape; `frame` is where it happened if that is told apart."""
    return _of_error(error if len(error) <= HEAD + TAIL else error[:HEAD] + "\n" + error[-TAIL:], frame)


@lru_cache(8_192)
def _of_error(error: str, frame: str | None) -> Fingerprint:
    inside = innermost(error)
    line = _telling_line(error, traced=inside is not None)
    named = NAMED.match(line)
    exception, message = (named["kind"], named["rest"]) if named is not None else ("", line)
    message = normalised(message.strip())
    told = inside or frame or ""
    digest = blake2b(f"{exception}\0{message}\0{told}".encode("utf-8", "surrogatepass"), digest_size=4)
    return Fingerprint(digest.hexdigest(), exception, message, told)


def _telling_line(error: str, *, traced: bool) -> str:
    """The line that says what went wrong: the last of a Python traceback, the title of a page, else the first."""
    if HTML.match(error):
        title = TITLE.search(error)
        return f"HTML page: {title['text'].strip() if title else 'without a title'}"
    lines = [line for line in error.splitlines() if line.strip()]
    if not lines:
        return ""
    if traced and lines[0].startswith("Traceback"):
        return next((line for line in reversed(lines) if not line.startswith((" ", "\t"))), lines[-1])
    return lines[0]


def normalised(message: str) -> str:
    """The message without ids, numbers, paths, addresses, quoted values and times."""
    message = message[: 4 * MESSAGE]
    if message.isdigit():
        return message[:MESSAGE]
    if QUOTE.search(message) is not None:
        message = QUOTED.sub("<value>", message)
    if ":" in message and "-" in message:
        message = PARTED.sub(r"\1T", message)
    words = [word if word.isalpha() else VARIES.sub(_word, word) for word in message.split(" ")]
    return " ".join(words)[:MESSAGE]


def _word(found: re.Match[str]) -> str:
    return WORDS[found.lastgroup or "n"]
