"""Builds small archives of real files, whole or damaged. Reading them back is `work/check_archive`."""

from __future__ import annotations

import gzip
import tarfile
import zipfile
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path


class Damage(StrEnum):
    """What befalls an archive after it was written."""

    NONE = "none"
    TRUNCATED = "truncated"  # the second half is missing, as after an interrupted upload
    FLIPPED = "flipped"  # sixteen bytes in the middle are wrong, as after a bad disk block


def build(path: Path, members: Iterable[Path], damage: Damage) -> None:
    """Write `members` into an archive whose format follows the name: .zip, .tar.gz or .gz."""
    if path.name.endswith(".zip"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in members:
                archive.write(member, f"{member.parent.name}/{member.name}")
    elif path.name.endswith(".tar.gz"):
        with tarfile.open(path, "w:gz") as tar:
            for member in members:
                tar.add(member, f"{member.parent.name}/{member.name}")
    else:
        with gzip.open(path, "wb") as packed:
            for member in members:
                packed.write(member.read_bytes())
    _inflict(damage, path)


def _inflict(damage: Damage, path: Path) -> None:
    content = path.read_bytes()
    middle = len(content) // 2
    if damage is Damage.TRUNCATED:
        path.write_bytes(content[:middle])
    elif damage is Damage.FLIPPED:
        wrong = bytes(byte ^ 0xFF for byte in content[middle : middle + 16])
        path.write_bytes(content[:middle] + wrong + content[middle + 16 :])
