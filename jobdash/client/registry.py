"""Which kinds of server there are. Names are listed without importing anything; a broken kind is reported and left out.

A kind is, in `jobdash/dialects/`, a mapping `NAME.toml`, a module `NAME.py` whose `dialect` is its Dialect class, or a
package `NAME` with such a module `kind.py`; in another package, an entry point `NAME` of the group `jobdash.dialects`
that leads to such a class; and any mapping file that a person names, which wins over a kind of the same name.
"""

import difflib
import importlib
import importlib.util
from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Protocol

from jobdash.client.dialect import Dialect, DialectOptions
from jobdash.client.sentence import one_line
from jobdash.model.errors import ConfigError, JobdashError

GROUP = PACKAGE = "jobdash.dialects"


class LoadedMapping(Protocol):
    """A mapping that was read: makes the dialect of one server."""

    @property
    def title(self) -> str: ...
    def __call__(self, server: str, options: DialectOptions | None = None, /) -> Dialect: ...


DialectFactory = type[Dialect] | LoadedMapping
"""Makes the dialect of one server, and has the kind's title."""

LoadMapping = Callable[[Path], LoadedMapping]
"""Reads a mapping file; raises MappingError in one sentence."""

Place = Path | str | EntryPoint
"""Where a kind is: a mapping file, a module's name, an entry point of another package."""


class Registry:
    """All kinds by name. `problems` tells, by name, why a kind that was asked for cannot be used."""

    def __init__(
        self, load_mapping: LoadMapping, mappings: Iterable[Path] = (), *, package: str = PACKAGE, group: str = GROUP
    ) -> None:
        self.problems: dict[str, str] = {}
        self._load_mapping = load_mapping
        self._loaded: dict[str, DialectFactory] = {}
        self._places: dict[str, Place] = {
            **_in_package(package),
            **{path.stem: path for path in mappings},
        }
        self._group: str | None = group

    def names(self) -> tuple[str, ...]:
        """Every kind, those included that turn out to be broken; nothing is imported for this."""
        self._look_at_other_packages()
        return tuple(sorted(self._places))

    def get(self, name: str) -> DialectFactory:
        """One kind, by its name or by the path of a mapping file. Raises ConfigError in one sentence."""
        if name.endswith(".toml") and name not in self._places:
            self._places[name] = Path(name).expanduser()
        if name not in self._places:
            self._look_at_other_packages()
        if name not in self._places:
            near = difflib.get_close_matches(name.lower(), self._places, n=3, cutoff=0.5) or self.names()
            raise ConfigError(f"{one_line(name, 40)!r} is no kind of server that is known here: {' or '.join(near)}?")
        if name not in self._loaded and name not in self.problems:
            self._load(name)
        if name in self.problems:
            raise ConfigError(f"the dialect {name} cannot be used: {self.problems[name]}")
        return self._loaded[name]

    def make(self, name: str, server: str, options: DialectOptions | None = None) -> Dialect:
        """The dialect of one server. Raises ConfigError in one sentence."""
        return self.get(name)(server, options)

    def usable(self) -> dict[str, DialectFactory]:
        """All kinds that work; the others are in `problems` after this."""
        for name in self.names():
            if name not in self._loaded and name not in self.problems:
                self._load(name)
        return {name: self._loaded[name] for name in self.names() if name in self._loaded}

    def _look_at_other_packages(self) -> None:
        """Once, and only when it is needed: it reads the metadata of everything that is installed."""
        if self._group is not None:
            for point in entry_points(group=self._group):
                self._places.setdefault(point.name, point)
            self._group = None

    def _load(self, name: str) -> None:
        try:
            self._loaded[name] = _checked(self._found(self._places[name]))
        except JobdashError as error:
            self.problems[name] = str(error)
        except Exception as error:  # noqa: BLE001 - a plug-in's code may fail in any way, and the others must work
            self.problems[name] = one_line(f"{type(error).__name__}: {error}")

    def _found(self, place: Place) -> Any:
        if isinstance(place, Path):
            return self._load_mapping(place)
        if isinstance(place, EntryPoint):
            return place.load()
        return importlib.import_module(place).dialect


def _checked(found: Any) -> DialectFactory:
    if isinstance(found, type) and not issubclass(found, Dialect):
        raise ConfigError(f"{found.__name__} is not a Dialect")
    if not callable(found) or not getattr(found, "title", None):
        raise ConfigError("it has no title, or makes no dialect")
    factory: DialectFactory = found
    return factory


def _in_package(package: str) -> dict[str, Place]:
    """The kinds in a package's folder; names that begin with `_` and packages without `kind.py` are not kinds."""
    try:
        spec = importlib.util.find_spec(package)
    except ModuleNotFoundError:
        return {}
    found: dict[str, Place] = {}
    for folder in map(Path, (spec and spec.submodule_search_locations) or ()):
        for path in sorted(folder.iterdir()):
            if path.name.startswith("_"):
                continue
            if (path / "kind.py").is_file():
                found[path.name] = f"{package}.{path.name}.kind"
            elif not path.is_file():
                continue
            elif path.suffix == ".toml":
                found.setdefault(path.stem, path)
            elif path.suffix == ".py":
                found[path.stem] = f"{package}.{path.stem}"
    return found
