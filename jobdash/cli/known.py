"""What can be completed without asking any server: the config's servers, and the jobs that were named or tracked."""

from jobdash.config.load import load
from jobdash.config.models import ServerTable
from jobdash.config.paths import config_file, state_folder
from jobdash.engine.tracked import Tracked
from jobdash.model.errors import ConfigError

MOST = 200
"""So many jobs of a server are offered, the latest first."""


def config_servers() -> list[ServerTable]:
    """The servers of the usual config file; none when it cannot be used."""
    try:
        return list(load(config_file()).servers)
    except ConfigError:
        return []


def job_names() -> list[str]:
    """`SERVER/ID` of every job known here."""
    tracked = Tracked(state_folder() / "tracked.db")
    found = []
    try:
        for table in config_servers():
            ids = dict.fromkeys([*tracked.ids(table.url.rstrip("/")), *table.jobs])
            found += [f"{table.name}/{id}" for id in list(ids)[:MOST]]
    finally:
        tracked.close()
    return found
