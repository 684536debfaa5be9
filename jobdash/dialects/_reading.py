"""Reading what a job engine says, field by field: what is absent or of another type is None, and the rest holds.

Shared by the dialects that are written in Python; what a field means is theirs.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from jobdash.model.errors import BadAnswer

YEAR_10000 = 253_402_300_800.0
MOST = 2**63


def _or_none(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except (ValidationError, OverflowError):
        return None


Soft = WrapValidator(_or_none)
Text = Annotated[str | None, Soft]
Whole = Annotated[Annotated[int, Field(ge=0, le=MOST)] | None, Soft]
"""How many of something."""
Number = Annotated[float | None, Soft]
Flag = Annotated[bool | None, Soft]
Texts = Annotated[list[str] | None, Soft]
Numbers = Annotated[list[Number] | None, Soft]
Table = Annotated[dict[str, Any] | None, Soft]
Things = Annotated[list[Any] | None, Soft]


class Wire(BaseModel):
    """One object as a server sends it. No field is ever converted by force, none is ever required."""

    model_config = ConfigDict(strict=True, extra="ignore", allow_inf_nan=False)


W = TypeVar("W", bound=Wire)


def one(kind: type[W], value: Any) -> W | None:
    """`value` as this kind of object; None when it is no object."""
    return kind.model_validate(value) if isinstance(value, dict) else None


def many(kind: type[W], values: Any) -> list[W]:
    """The objects of a list; whatever else is in it, or no list at all, is left out."""
    return [made for value in values if (made := one(kind, value))] if isinstance(values, list) else []


def table(body: Any, url: str) -> dict[str, Any]:
    """An answer that must be an object. Raises BadAnswer."""
    if not isinstance(body, dict):
        raise BadAnswer(f"{url}: an object was expected, not {type(body).__name__}")
    return body


def whole_list(body: Any, url: str) -> list[Any]:
    """An answer that must be a list. Raises BadAnswer."""
    if not isinstance(body, list):
        raise BadAnswer(f"{url}: a list was expected, not {type(body).__name__}")
    return body


def moment(value: float | None, unit: float = 1.0) -> float | None:
    """Seconds since the epoch, out of a number in `unit` seconds; None for 0, the far past and the far future."""
    seconds = None if value is None else value * unit
    return seconds if seconds is not None and 0 < seconds < YEAR_10000 else None


def iso(text: str | None) -> float | None:
    """Seconds since the epoch out of an ISO 8601 text, in UTC where it names no zone; None when it is none."""
    try:
        time = datetime.fromisoformat(text or "")
        return moment((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None


def rfc_1123(text: str | None) -> float | None:
    """Seconds since the epoch out of a text like `Sun, 22 Nov 2026 04:14:25 GMT`; None when it is none."""
    try:
        return moment(parsedate_to_datetime(text or "").timestamp())
    except (ValueError, OverflowError, TypeError):
        return None


def server_time(headers: Mapping[str, str]) -> float | None:
    """What the server's own clock said when it answered, by the `Date` header: ages need no clock of ours."""
    return rfc_1123(headers.get("date"))


def clock_text(at: float) -> str:
    """A moment in words, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def age_text(seconds: float) -> str:
    """An age in coarse steps, so that the words around it do not change at every reading."""
    if seconds < 120:
        return f"{max(0, int(seconds // 10) * 10)} s"
    return f"{int(seconds // 60)} min" if seconds < 7200 else f"{int(seconds // 3600)} h"


def percent(done: float | None, total: float | None) -> float | None:
    """How much of `total` is done, 0 to 100; None when that cannot be told."""
    if done is None or not total or total <= 0 or done < 0:
        return None
    return min(100.0, 100.0 * done / total)
