"""Programs are measured as where they are installed: with their bytecode in a cache."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def bytecode_kept() -> Iterator[None]:
    """What is started meanwhile finds and keeps its bytecode, whatever the machine does otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        yield
