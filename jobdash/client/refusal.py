"""A status that is not a success, as the error it means, in the server's own words where it has any."""

from collections.abc import Mapping
from http import HTTPStatus

from jobdash.client.patience import retry_after
from jobdash.client.sentence import one_line
from jobdash.model.errors import BadAnswer, NotFound, Rejected, ServerError, ServerFault, Throttled, Unauthorised
from jobdash.model.job import Json


def refusal(status: int, headers: Mapping[str, str], words: str | None, *, credentials: bool) -> ServerError:
    """The error for `status`; `words` are the server's explanation, `credentials` tells whether any were sent."""
    said = one_line(words or "", 250) or reason(status)
    text = f"{said} ({status})"
    wait = retry_after(headers)
    if status == 403:
        plain = f"the server forbids this {'with these' if credentials else 'without'} credentials"
        return Unauthorised(f"{plain}: {text}", status=status)
    if status == 401:
        plain = "the server did not accept the credentials" if credentials else "the server asks for credentials"
        return Unauthorised(f"{plain}: {text}", status=status)
    if status in (404, 410):
        return NotFound(text, status=status)
    if status == 429 or (status == 503 and wait is not None):
        patience = "" if wait is None else f", asks for {wait:.0f} s of patience"
        return Throttled(text + patience, status=status, retry_after=wait)
    if 400 <= status < 500:
        return Rejected(text, status=status)
    if status >= 500:
        return ServerFault(text, status=status)
    return BadAnswer(f"an answer that makes no sense here: {text}", status=status)


def reason(status: int) -> str:
    """The usual words for a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"status {status}"


def words_of(body: Json) -> str | None:
    """The explanation inside an error answer of any of the common shapes; None when there is none."""
    if isinstance(body, str):
        return body
    if not isinstance(body, dict):
        return None
    parts = [text for key in ("error", "message", "detail", "title", "reason") if (text := _said(body.get(key)))][:1]
    parts += [text for key in ("details", "errors") if (text := _said(body.get(key)))]
    return ": ".join(dict.fromkeys(parts)) or None


def _said(value: Json) -> str | None:
    match value:
        case str():
            return value.strip() or None
        case dict():
            return words_of(value) or _said(value.get("msg"))
        case list():
            return "; ".join(filter(None, (_complaint(item) for item in value[:5]))) or None
        case _:
            return None


def _complaint(item: Json) -> str | None:
    """One entry of a validation error: `{"loc": ["body", "n"], "msg": "..."}` is `body.n: ...`."""
    text = _said(item)
    place = item.get("loc") if isinstance(item, dict) else None
    if text and isinstance(place, list):
        return f"{'.'.join(str(step) for step in place)}: {text}"
    return text
