"""The small words of a mapping file: expressions, lengths of time, zones, request lines, static queries."""

import re
from datetime import timedelta, timezone, tzinfo
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from jobdash.dialects.mapping.expression import check_expression
from jobdash.dialects.mapping.times import duration
from jobdash.dialects.mapping.unusable import Unusable

OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
SEND = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (\S*)")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Table(BaseModel):
    """A table of the file. What the format does not know is refused, so that a typing error is never silent."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)


def read_duration(value: Any) -> float:
    try:
        seconds = duration("s")(value)
    except Unusable as problem:
        raise ValueError(f"expected {problem.expected}") from None
    if not seconds:
        raise ValueError("expected a length of time above zero")
    return seconds


def read_zone(value: Any) -> tzinfo:
    if not isinstance(value, str):
        raise ValueError('expected a time zone such as "+02:00" or "Europe/Berlin"')
    if found := OFFSET.fullmatch(value):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
        if offset < timedelta(hours=24):
            return timezone(-offset if found[1] == "-" else offset)
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'no time zone "{value}"; write "+02:00" or a name such as "Europe/Berlin"') from None


def read_path(value: str) -> str:
    if value and not value.startswith("/"):
        raise ValueError(f'a path begins with "/", write "/{value}"')
    if "?" in value or "#" in value:
        raise ValueError("a path holds no query; write it as a table `query = { ... }`")
    return value


def read_send(value: str) -> str:
    found = SEND.fullmatch(value)
    if not found:
        raise ValueError('expected a method and a path such as "PUT /{id}"')
    read_path(found[2])
    return value


def read_base(value: str) -> str:
    return read_path(value).rstrip("/")


def read_query(value: Any) -> Any:
    if not isinstance(value, dict) or not all(
        isinstance(part, str | int | float) and not isinstance(part, bool) for part in value.values()
    ):
        raise ValueError("expected a table of texts and numbers")
    return value


Expression = Annotated[str, AfterValidator(check_expression)]
Seconds = Annotated[float, BeforeValidator(read_duration)]
Zone = Annotated[tzinfo, BeforeValidator(read_zone)]
Path = Annotated[str, AfterValidator(read_path)]
Base = Annotated[str, AfterValidator(read_base)]
Send = Annotated[str, AfterValidator(read_send)]
Query = Annotated[dict[str, Any], BeforeValidator(read_query)]
