"""`doctor`: gathers what there is to look at, and lets every part of it be judged."""

from typing import TYPE_CHECKING

import typer

from jobdash.cli import options

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jobdash.cli.servers import Servers
    from jobdash.headless.doctor import Finding
    from jobdash.headless.out import Out


def doctor(
    *,
    json: options.Json = False,
    server: options.Server = None,
    dialect: options.Dialect = None,
    config: options.Config = None,
    timeout: options.Timeout = None,
) -> None:
    """Looks at config, folders, terminal and every server: each line ok, or what to do. Never prints a secret."""
    from jobdash.cli.terminal import output  # noqa: PLC0415 - see options.go
    from jobdash.headless.codes import USAGE, worst  # noqa: PLC0415
    from jobdash.headless.doctor import Finding, report, servers  # noqa: PLC0415
    from jobdash.model.errors import ConfigError  # noqa: PLC0415

    out = output()
    code = report(_here(config), out, json=json)

    async def work(opened: "Servers", out: "Out") -> int:
        return worst([code, report(await servers(opened.all()), out, json=json)])

    try:
        options.go(work, config=config, server=server, dialect=dialect, timeout=timeout)
    except ConfigError as error:
        todo = "correct the config: jobdash config check"
        raise typer.Exit(worst([code, report([Finding("config", str(error), todo, USAGE)], out, json=json)])) from None


def _secrets(file: "Path") -> "Iterator[Finding]":
    """What others on this machine could read; a config that cannot be used is told of elsewhere."""
    from jobdash.config.load import load  # noqa: PLC0415
    from jobdash.config.readable import readable_by_others  # noqa: PLC0415
    from jobdash.headless.doctor import Finding  # noqa: PLC0415
    from jobdash.model.errors import ConfigError  # noqa: PLC0415

    try:
        config = load(file) if file.exists() else None
    except ConfigError:
        return
    if config is not None and readable_by_others(file, config) is not None:
        yield Finding("secrets", "others can read the credentials in the config", f"chmod 600 {file}", 1)


def _here(config: "Path | None") -> "list[Finding]":
    """What can be said without asking any server."""
    import locale  # noqa: PLC0415
    import os  # noqa: PLC0415
    import platform  # noqa: PLC0415
    import shutil  # noqa: PLC0415
    import sys  # noqa: PLC0415

    from jobdash import __version__  # noqa: PLC0415
    from jobdash.config.paths import config_file, state_folder  # noqa: PLC0415
    from jobdash.headless.doctor import Finding, terminal  # noqa: PLC0415

    file = config or config_file()
    there = "" if file.exists() else " (not there; jobdash config example prints one)"
    size, state = shutil.get_terminal_size(), state_folder()
    nearest = next(folder for folder in (state, *state.parents) if folder.exists())
    writable = os.access(nearest, os.W_OK)
    todo = None if writable else "make it writable: tracked jobs and history cannot be kept"
    return [
        Finding("jobdash", f"{__version__}, Python {platform.python_version()}"),
        Finding("config", f"{file}{there}"),
        *_secrets(file),
        Finding("state", str(state), todo, 0 if writable else 1),
        *terminal(
            os.environ,
            tty=sys.stdout.isatty(),
            encoding=locale.getpreferredencoding(False),
            size=(size.columns, size.lines),
        ),
    ]
