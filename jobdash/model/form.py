"""What a server needs to know to make a new job: a form as data. Drawing it is the screen's, sending it a dialect's."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jobdash.model.errors import ConfigError


class FieldType(StrEnum):
    """What may be written in a field. PATH is text with slashes that stay slashes in a URL; JSON is any object."""

    TEXT = "text"
    INT = "int"
    NUMBER = "number"
    BOOL = "bool"
    PATH = "path"
    JSON = "json"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. `default` has the field's own type; `choices`, when there are any, are all that is allowed."""

    name: str
    type: FieldType = FieldType.TEXT
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    help: str = ""

    def read(self, text: str) -> Any:
        """What a person typed as a value of this field; None when nothing. Raises ConfigError in one sentence."""
        text = text.strip()
        if not text:
            return self.checked(None)
        match self.type:
            case FieldType.INT | FieldType.NUMBER | FieldType.JSON | FieldType.LIST:
                try:
                    return self.checked(json.loads(text))
                except (ValueError, RecursionError):
                    raise ConfigError(f"{self.name} must be {EXPECTED[self.type]}") from None
            case FieldType.BOOL:
                return self.checked(WORDS.get(text.lower(), text))
            case _:
                return self.checked(text)

    def checked(self, value: Any) -> Any:
        """`value`, or the default for None, when this field may hold it. Raises ConfigError in one sentence."""
        value = self.default if value is None else value
        if value is None:
            if self.required:
                raise ConfigError(f"{self.name} is needed")
            return None
        if not self._fits(value):
            raise ConfigError(f"{self.name} must be {EXPECTED[self.type]}")
        if self.choices and value not in self.choices:
            raise ConfigError(f"{self.name} must be one of {', '.join(self.choices)}")
        return value

    def _fits(self, value: Any) -> bool:
        match self.type:
            case FieldType.INT:
                return type(value) is int
            case FieldType.NUMBER:
                return type(value) is int or (type(value) is float and math.isfinite(value))
            case FieldType.BOOL:
                return type(value) is bool
            case FieldType.JSON:
                return isinstance(value, dict)
            case FieldType.LIST:
                return isinstance(value, list)
            case FieldType.PATH:
                return isinstance(value, str) and all(part not in ("", ".", "..") for part in value.split("/"))
            case _:
                return isinstance(value, str) and value != ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One kind of job that a server takes.

    A submission that fails is tried again `retries` times, first after `retry_delay` seconds, then doubling.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    retries: int = 0
    retry_delay: float = 5.0

    def checked(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """`values` with defaults, without what is empty. Raises ConfigError for the first field that is wrong."""
        known = {field.name for field in self.fields}
        for name in values:
            if name not in known:
                raise ConfigError(f"{self.name} has no field {name}; it has {', '.join(sorted(known))}")
        filled = {field.name: field.checked(values.get(field.name)) for field in self.fields}
        return {name: value for name, value in filled.items() if value is not None}


EXPECTED = {
    FieldType.TEXT: "text",
    FieldType.INT: "a whole number",
    FieldType.NUMBER: "a number",
    FieldType.BOOL: "yes or no",
    FieldType.PATH: "a path such as image/resize",
    FieldType.JSON: "a JSON object",
    FieldType.LIST: "a JSON list",
}
WORDS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
