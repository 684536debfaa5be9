"""What is wrong with a mapping file, as one sentence with file, line, key and the nearest right key."""

import types
from difflib import get_close_matches
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from jobdash.dialects.mapping.format import Mapping
from jobdash.dialects.mapping.place import Keys, line_of
from jobdash.dialects.mapping.unusable import snippet
from jobdash.model.errors import MappingError


def complaint(file: str, text: str, keys: Keys, problem: str) -> MappingError:
    """The error for a problem at `keys`."""
    return MappingError(f"{file}, line {line_of(text, keys)}: {spelled(keys)}: {problem}")


def translated(file: str, text: str, error: ValidationError) -> MappingError:
    """pydantic's first finding in our words; a file is mended from one sentence at a time."""
    found = error.errors(include_url=False)[0]
    keys: Keys = tuple(key for key in found["loc"] if key != "[key]")
    return complaint(file, text, keys, problem_of(found, keys))


def problem_of(found: Any, keys: Keys) -> str:
    match found["type"]:
        case "extra_forbidden":
            return "unknown key" + suggestion(str(keys[-1]), choices(keys[:-1]))
        case "missing":
            return "is needed"
        case "enum" | "literal_error" if isinstance(found["input"], str):
            return f'"{found["input"]}" is not known here' + suggestion(found["input"], values(found, keys))
        case "value_error":
            return str(found["ctx"]["error"])
        case _:
            return f"{found['msg'][:1].lower()}{found['msg'][1:]}, got {snippet(found['input'])}"


def values(found: Any, keys: Keys) -> list[str]:
    """What may stand where an enumeration is wanted."""
    if found["loc"][-1] == "[key]":
        return choices(keys[:-1])
    annotation = at(keys)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(member.value) for member in annotation]
    return [str(arg) for arg in get_args(annotation)] if get_origin(annotation) is Literal else []


def suggestion(word: str, known: list[str]) -> str:
    """The nearest right word, or all of them when none is near."""
    near = get_close_matches(word, known, 1, cutoff=0.5)
    if near:
        return f", did you mean `{near[0]}`?"
    return f"; known here: {', '.join(known)}" if known else ""


def choices(keys: Keys) -> list[str]:
    """The keys that the table at `keys` may have."""
    annotation = at(keys)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [field.alias or name for name, field in annotation.model_fields.items()]
    if get_origin(annotation) is dict and issubclass(kind := get_args(annotation)[0], Enum):
        return [str(member.value) for member in kind]
    return []


def at(keys: Keys) -> Any:
    """The type that the format has at `keys`."""
    annotation: Any = Mapping
    for key in keys:
        annotation = bare(annotation)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            known = {field.alias or name: field.annotation for name, field in annotation.model_fields.items()}
            annotation = known.get(str(key))
        elif get_origin(annotation) in (dict, list):
            annotation = get_args(annotation)[-1]
        else:
            return None
    return bare(annotation)


def bare(annotation: Any) -> Any:
    """The type without `| None`."""
    if get_origin(annotation) in (Union, types.UnionType):
        return next((arg for arg in get_args(annotation) if arg is not type(None)), None)
    return annotation


def spelled(keys: Keys) -> str:
    """`("actions", "pause", "send")` as a person wrote it: `[actions.pause] send`."""
    names = [str(key) if isinstance(key, str) else f"#{key + 1}" for key in keys]
    if len(names) < 2:
        return names[0] if names else "the file"
    return f"[{'.'.join(names[:-1])}] {names[-1]}"
