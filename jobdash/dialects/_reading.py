"""Reading what a job engine says, field by field: what is absent or of another type is None, and the rest holds.

Shared by the dialects that are written in Python; what a field means is theirs.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Annotated, Any, ClassVar, TypeVar

from jobdash.model.errors import BadAnswer

YEAR_10000 = 253_402_300_800.0
MOST = 2**63


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _whole(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value <= MOST else None


def _number(value: Any) -> float | None:
    try:
        number = float(value) if type(value) in (int, float) else None
    except OverflowError:
        return None
    return number if number is not None and isfinite(number) else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _table(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _things(value: Any) -> list[Any] | None:
    return value if isinstance(value, list) else None


def _texts(value: Any) -> list[str] | None:
    return value if isinstance(value, list) and all(isinstance(each, str) for each in value) else None


def _numbers(value: Any) -> list[float | None] | None:
    return [_number(each) for each in value] if isinstance(value, list) else None


Text = Annotated[str | None, _text]
Whole = Annotated[int | None, _whole]
"""How many of something."""
Number = Annotated[float | None, _number]
Flag = Annotated[bool | None, _flag]
Texts = Annotated[list[str] | None, _texts]
Numbers = Annotated[list[float | None] | None, _numbers]
Table = Annotated[dict[str, Any] | None, _table]
Things = Annotated[list[Any] | None, _things]

NOTHING: Mapping[str, Any] = {}


class Wire:
    """One object as a server sends it. No field is ever converted by force, none is ever required.

    The kind of a field is its annotation: one of those above, or `Any`. They need no pydantic, which is a tenth of
    the start of a screen, and half of the time that reading a page of tasks takes.
    """

    _read: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}

    def __init_subclass__(cls) -> None:
        own = {name: getattr(kind, "__metadata__", (_anything,))[0] for name, kind in cls.__annotations__.items()}
        cls._read = {**cls._read, **own}

    def __init__(self, said: Mapping[str, Any] = NOTHING) -> None:
        read = self._read
        vars(self).update({name: read[name](said[name]) for name in read.keys() & said.keys()})

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]


def _anything(value: Any) -> Any:
    return value


W = TypeVar("W", bound=Wire)


def one(kind: type[W], value: Any) -> W | None:
    """`value` as this kind of object; None when it is no object."""
    return kind(value) if isinstance(value, dict) else None


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
