"""From a file to a dialect: read, checked, refused with file, line and key when it cannot work."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from jobdash.client.dialect import DialectOptions
from jobdash.dialects.mapping.check import problems
from jobdash.dialects.mapping.complaint import complaint, translated
from jobdash.dialects.mapping.dialect import MappingDialect
from jobdash.dialects.mapping.format import Mapping
from jobdash.dialects.mapping.plan import Plan
from jobdash.dialects.mapping.reader import BadDefault
from jobdash.model.errors import MappingError


@dataclass(frozen=True, slots=True)
class MappingFactory:
    """A loaded mapping; calling it binds it to one server. Expressions are compiled once, for all servers."""

    name: str
    title: str
    path: Path
    plan: Plan = field(repr=False)

    def __call__(self, server: str, options: DialectOptions | None = None) -> MappingDialect:
        return MappingDialect(self.plan, server, options)


def load_mapping(path: Path | str) -> MappingFactory:
    """The mapping in a file; its name is the file's. Raises MappingError in one sentence."""
    path = Path(path)
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise MappingError(f"{path}: is not UTF-8 text") from None
    except OSError as error:
        raise MappingError(f"{path}: cannot be read: {error.strerror or error}") from None
    mapping = parse_mapping(text, str(path))
    try:
        return MappingFactory(path.stem, mapping.title, path, Plan(mapping))
    except BadDefault as error:
        raise complaint(str(path), text, error.keys, str(error)) from None


def parse_mapping(text: str, file: str = "mapping") -> Mapping:
    """The checked content of a mapping file. Raises MappingError in one sentence."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at (?:line (\d+).*|end of document)\)", str(error))
        line = (found and found[1]) or len(text.splitlines()) or 1
        problem = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise MappingError(f"{file}, line {line}: is not TOML: {problem}") from None
    except RecursionError:
        raise MappingError(f"{file}, line 1: is nested too deeply") from None
    try:
        mapping = Mapping.model_validate(content)
    except ValidationError as error:
        raise translated(file, text, error) from None
    for keys, problem in problems(mapping):
        raise complaint(file, text, keys, problem)
    return mapping
