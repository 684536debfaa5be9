"""`config path`, `config check`, `config example`."""

import typer

from jobdash.cli import options

app = typer.Typer(help="Where the config file is, whether it is right, and one to begin with.", no_args_is_help=True)


@app.command()
def path() -> None:
    """Prints where the config file is, or would be."""
    from jobdash.cli.terminal import output  # noqa: PLC0415 - see options.go
    from jobdash.config.paths import config_file  # noqa: PLC0415

    output().line(str(config_file()))


@app.command()
def check(config: options.Config = None) -> None:
    """Reads the config file and says what is wrong with it. Asks no server, and reads no secret."""
    from jobdash.cli.terminal import output  # noqa: PLC0415
    from jobdash.cli.wire import link_of  # noqa: PLC0415
    from jobdash.config.load import load  # noqa: PLC0415
    from jobdash.config.paths import config_file  # noqa: PLC0415
    from jobdash.config.readable import readable_by_others  # noqa: PLC0415

    file = config or config_file()
    loaded = load(file)
    for table in loaded.servers:
        link_of(table, loaded)
    if loaded.keys:
        from jobdash.cli.screen import keymap_of  # noqa: PLC0415 - Textual is loaded only for keys

        keymap_of(loaded)
    names = ", ".join(table.name for table in loaded.servers) or "none"
    output().line(f"{file}: good; servers: {names}")
    if (warning := readable_by_others(file, loaded)) is not None:
        output().note(warning)


@app.command()
def example() -> None:
    """Prints a config file to begin with."""
    from jobdash.cli.terminal import output  # noqa: PLC0415
    from jobdash.config.example import EXAMPLE  # noqa: PLC0415

    output().lines(EXAMPLE.splitlines())
