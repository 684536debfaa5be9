"""Result files: one folder a job inside a temporary directory, kept for a limited time."""

from __future__ import annotations

import shutil
from pathlib import Path


class ResultFiles:
    """Folders by job id under `root`; the caller removes the root at the end."""

    def __init__(self, root: Path, retention: float) -> None:
        self._root = root
        self.retention = retention

    def fresh_folder(self, job_id: str) -> Path:
        """A folder for an attempt; what an earlier one left is gone, if nothing still writes there."""
        self.remove(job_id)
        folder = self._root / job_id
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def find(self, job_id: str, name: str) -> Path | None:
        """A result file, or None when it is not (or no longer) there."""
        path = self._root / job_id / name
        return path if path.is_file() else None

    def remove(self, job_id: str) -> None:
        """Remove a job's files; fine if there are none."""
        shutil.rmtree(self._root / job_id, ignore_errors=True)
