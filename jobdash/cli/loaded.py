"""The config file of a command, where there is one. Without one the library that checks it need not be loaded."""

from pathlib import Path
from typing import TYPE_CHECKING

from jobdash.config.paths import config_file

if TYPE_CHECKING:
    from jobdash.config.models import Config


def loaded(path: Path | None) -> "Config | None":
    """The file that was named, or the usual one; None where neither is. Raises ConfigError."""
    if path is None and not config_file().exists():
        return None
    from jobdash.config.load import load  # noqa: PLC0415 - see above

    return load(path or config_file())
