"""Reads `config.toml`; a mistake becomes one sentence with the file, the key and what was expected."""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from jobdash.config.expected import expected
from jobdash.config.models import (
    AuditTable,
    AuthTable,
    BulkTable,
    Config,
    NotifyTable,
    ServerTable,
    ViewTable,
    WebhookTable,
)
from jobdash.model.errors import ConfigError

TABLES: Mapping[str, type[BaseModel]] = {
    "": Config,
    "servers": ServerTable,
    "audit": AuditTable,
    "auth": AuthTable,
    "bulk": BulkTable,
    "views": ViewTable,
    "webhook": WebhookTable,
    "notify": NotifyTable,
}
"""Which model's keys are meant at which table, for the nearest right key."""


def load(path: Path) -> Config:
    """The checked config of a file. Raises ConfigError with one sentence."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text (byte {error.start})") from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not TOML: {error}") from None
    if "file" in data:
        raise ConfigError(_unknown(path, ("file",)))
    try:
        return Config.model_validate({**data, "file": path})
    except ValidationError as error:
        raise ConfigError(_sentence(path, error.errors()[0], data)) from None


def _sentence(path: Path, error: ErrorDetails, data: Mapping[str, Any]) -> str:
    place = error["loc"]
    if error["type"] == "extra_forbidden":
        return _unknown(path, place)
    what = expected(error)
    match error["type"]:
        case "name_twice":
            return f"{path}: {_key(error['ctx']['place'])}: {what}"
        case "missing" | "value_error":
            told = what
        case _:
            told = f"{what}, but it is {_shown(place, error['input'])}"
    where = f"{path}: {_key(place)}: " if place else f"{path}: "
    return f"{where}{told}{_server_name(place, data)}"


def _unknown(path: Path, place: tuple[int | str, ...]) -> str:
    table = next((part for part in reversed(place[:-1]) if isinstance(part, str)), "")
    known = [name for name in TABLES.get(table, Config).model_fields if name != "file"]
    near = difflib.get_close_matches(str(place[-1]), known, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known)}"
    return f"{path}: {_key(place)}: unknown key; {hint}"


def _key(place: tuple[int | str, ...]) -> str:
    """`servers[2].auth.env`; tables are counted from 1, as a person counts them in the file."""
    parts = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place)
    return parts.lstrip(".")


def _shown(place: tuple[int | str, ...], value: object) -> str:
    """A wrong value, as long as it cannot be a secret."""
    if "auth" in place or "url" in place or isinstance(value, (dict, list)):
        return f"a {type(value).__name__}"
    return repr(value)[:60]


def _server_name(place: tuple[int | str, ...], data: Mapping[str, Any]) -> str:
    if len(place) < 2 or place[0] != "servers" or not isinstance(place[1], int):
        return ""
    servers = data.get("servers")
    server = servers[place[1]] if isinstance(servers, list) else None
    name = server.get("name") if isinstance(server, dict) else None
    return f" (server {name!r})" if isinstance(name, str) else ""
