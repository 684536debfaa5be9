"""The inputs: the standard library's own files, and a few prepared ones (images, broken files) beside them.

Names are relative: `json/decoder.py` is a file of the standard library, `broken.zip` a prepared one.
"""

from __future__ import annotations

import os
import sysconfig
from functools import cached_property
from pathlib import Path

from jobdash.demo.archives import Damage, build
from jobdash.demo.pictures import write_ppm

LARGEST = 64_000
"""Bytes; a bigger file would be too much work for one slice."""

NOT_ENTERED = {"test", "tests", "idle_test", "site-packages", "dist-packages", "__pycache__"}

BAD_SYNTAX = 'def totals(rows:\n    """Sum up."""\n    return sum(rows)\n'


class Shelf:
    """Finds input files. `folder` is where the prepared ones are put; nothing outside is ever opened."""

    def __init__(self, folder: Path) -> None:
        self.library = Path(sysconfig.get_paths()["stdlib"])
        self._folder = folder

    @cached_property
    def _modules(self) -> list[Path]:
        found = []
        for at, folders, names in os.walk(self.library):
            folders[:] = sorted(set(folders) - NOT_ENTERED)
            paths = (Path(at, name) for name in sorted(names) if name.endswith(".py"))
            found += [path for path in paths if 0 < path.stat().st_size <= LARGEST]
        return found

    def prepare(self) -> None:
        """Scan the library and write the prepared inputs (about a tenth of a second)."""
        members = self.modules("json", 0, 5)
        build(self._folder / "sources.zip", members, Damage.NONE)
        for damage in (Damage.TRUNCATED, Damage.FLIPPED):
            for suffix in ("zip", "tar.gz", "gz"):
                build(self._folder / f"{damage}.{suffix}", members, damage)
        (self._folder / "bad_syntax.py").write_text(BAD_SYNTAX, encoding="utf-8")
        write_ppm(self._folder / "photo.ppm", width=240, height=160)

    def modules(self, package: str, start: int, count: int) -> list[Path]:
        """At most `count` files of a package (of the whole library if empty), going round from `start`."""
        chosen = [path for path in self._modules if not package or self.name(path).startswith(f"{package}/")]
        if not chosen:
            raise FileNotFoundError(f"No such package in the standard library: {package}")
        turn = start % len(chosen)
        return (chosen[turn:] + chosen[:turn])[:count]

    def name(self, path: Path) -> str:
        """The relative name of a file of the library, or the plain name of a prepared one."""
        return path.relative_to(self.library).as_posix() if path.is_relative_to(self.library) else path.name

    def find(self, name: str) -> Path | None:
        """The file with this relative name, or None. Names that lead elsewhere find nothing."""
        for home in (self._folder, self.library):
            path = (home / name).resolve()
            if path.is_relative_to(home.resolve()) and path.is_file():
                return path
        return None
