"""A warning for a config file that holds credentials and that others on this machine can read."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from jobdash.config.models import Config


def readable_by_others(path: Path, config: Config) -> str | None:
    """One sentence with what to do; None where all is well. Credentials stand only in addresses."""
    if os.name != "posix" or not any(_has_credentials(server.url) for server in config.servers):
        return None
    try:
        mode = path.stat().st_mode
    except OSError:
        return None
    return f"{path} holds credentials and can be read by others: run chmod 600 on it" if mode & 0o077 else None


def _has_credentials(url: str) -> bool:
    try:
        return "@" in urlsplit(url).netloc
    except ValueError:
        return False
