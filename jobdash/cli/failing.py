"""What a person's config says about secrets and runbooks, as the engine knows it."""

from jobdash.config.models import Config
from jobdash.engine.masking import Masking
from jobdash.engine.runbooks import Runbook, Runbooks


def masking_of(config: Config) -> Masking:
    """Which values are covered. Raises ConfigError."""
    return Masking() if config.mask is None else Masking(config.mask)


def runbooks_of(config: Config) -> Runbooks:
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
            for table in config.runbooks
        ]
    )
