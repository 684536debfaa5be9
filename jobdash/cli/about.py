"""`dialects`, `themes`, `schema`: what this jobdash has."""

from pathlib import Path

import typer

from jobdash.cli import options


def dialects(json: options.Json = False) -> None:
    """Lists the kinds of server, what each can do, and which of them cannot be used."""
    from jobdash.cli.terminal import output  # noqa: PLC0415 - see options.go
    from jobdash.cli.wire import kinds, registry  # noqa: PLC0415
    from jobdash.headless.kinds import Kind, show_kinds  # noqa: PLC0415

    found = [Kind(name, kind.title, kind(name).capabilities) for name, kind in kinds().items()]
    raise typer.Exit(show_kinds(found, registry().problems, output(), json=json))


def themes(json: options.Json = False) -> None:
    """Lists the themes of the screen."""
    import tomllib  # noqa: PLC0415

    from jobdash.cli.terminal import output  # noqa: PLC0415
    from jobdash.config.paths import theme_folders  # noqa: PLC0415

    out = output()
    found: dict[str, Path] = {}
    for folder in theme_folders():
        found |= {path.stem: path for path in sorted(folder.glob("*.toml"))}
    code = 0
    for name, path in sorted(found.items()):
        try:
            tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            out.note(f"{path}: cannot be used: {error}")
            code = 2
            continue
        if json:
            out.json({"name": name, "path": str(path)})
        else:
            out.line(name)
    raise typer.Exit(code)


def schema() -> None:
    """Prints the JSON Schema of a job, as --json prints it."""
    from jobdash.cli.terminal import output  # noqa: PLC0415
    from jobdash.headless.out import json_text  # noqa: PLC0415
    from jobdash.headless.record import schema as job_schema  # noqa: PLC0415

    output().line(json_text(job_schema(), indent=2))
