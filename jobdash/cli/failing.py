"""What a person's config says about secrets and runbooks, as the engine knows it."""

from typing import TYPE_CHECKING

from jobdash.engine.masking import Masking
from jobdash.engine.runbooks import Runbook, Runbooks

if TYPE_CHECKING:
    from jobdash.config.models import Config


def masking_of(config: "Config | None") -> Masking:
    """Which values are covered. Raises ConfigError."""
    return Masking() if config is None or config.mask is None else Masking(config.mask)


def runbooks_of(config: "Config | None") -> Runbooks:
    """In the order of the file. Raises ConfigError."""
    return Runbooks(
        [
            Runbook(
                text=table.text,
                link=table.link or "",
                fingerprint=table.fingerprint,
                error=table.error,
                type=table.type,
                queue=table.queue,
                server=table.server,
            )
            for table in (config.runbooks if config is not None else ())
        ]
    )
