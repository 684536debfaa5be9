"""`audit`: lists, filters and exports what was changed from this machine."""

from typing import Annotated

import typer

from jobdash.cli import options
from jobdash.model.errors import ConfigError


def audit(
    *,
    job: Annotated[str | None, typer.Option("--job", help="Only this job: SERVER/ID or an id.")] = None,
    action: Annotated[str | None, typer.Option("--action", help="Only this action, such as cancel or submit.")] = None,
    user: Annotated[str | None, typer.Option("--user", help="Only what this user did.")] = None,
    phase: Annotated[
        str | None, typer.Option("--phase", help="Only what ended so: confirmed, refused, failed, unknown ...")
    ] = None,
    bulk: Annotated[str | None, typer.Option("--bulk", help="Only the jobs of this bulk.")] = None,
    sent: Annotated[bool, typer.Option("--sent", help="Only those for which a request was sent.")] = False,
    since: Annotated[str | None, typer.Option("--since", help="From this time on, or this long ago: 2h, 3d.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", "-n", min=1, help="The newest so many.")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="For a spreadsheet.")] = False,
    server: Annotated[list[str] | None, typer.Option("--server", "-s", help="Only changes of this server.")] = None,
    json: options.Json = False,
    config: options.Config = None,
    no_color: options.NoColor = False,
) -> None:
    """Shows who changed what from this machine, and what came of it."""
    from jobdash.cli.terminal import output  # noqa: PLC0415 - see options.go
    from jobdash.cli.who import log_file  # noqa: PLC0415
    from jobdash.engine.journal import read  # noqa: PLC0415
    from jobdash.engine.wishes import wishes  # noqa: PLC0415
    from jobdash.headless.audit import Filter, show_audit  # noqa: PLC0415

    name, slash, id = (job or "").partition("/")
    wanted = Filter(
        server=[*(server or ()), *([name] if slash else ())],
        job=(id if slash else name) or None,
        action=action,
        user=user,
        phase=phase,
        bulk=bulk,
        since=None if since is None else _since(since),
        sent=True if sent else None,
    )
    form = "json" if json else "csv" if csv else "table"
    raise typer.Exit(
        show_audit(wishes(read(log_file(config).path)), output(no_color=no_color), wanted, form=form, limit=limit)
    )


def _since(text: str) -> float:
    """A time, or how long ago it was."""
    from jobdash.engine.clock import SystemClock  # noqa: PLC0415
    from jobdash.headless.audit import moment  # noqa: PLC0415
    from jobdash.headless.times import duration  # noqa: PLC0415

    at = moment(text)
    if at is not None:
        return at
    try:
        return SystemClock().now() - duration(text)
    except ValueError:
        raise ConfigError(f"--since: {text!r} is neither a time nor a duration such as 2h") from None
