"""`alerts` and `alerts test`: the alerts that are remembered, and the rules on trial."""

from typing import TYPE_CHECKING, Annotated

import typer

from jobdash.cli import options
from jobdash.cli.options import go, seconds

if TYPE_CHECKING:
    from jobdash.cli.servers import Servers
    from jobdash.headless.out import Out

DAY = 86400.0

app = typer.Typer(help="The alerts that are remembered; `test` tries the rules.")


@app.callback(invoke_without_command=True)
def alerts(
    context: typer.Context,
    *,
    all_of_them: Annotated[bool, typer.Option("--all", "-a", help="Also those that are well again.")] = False,
    json: options.Json = False,
    server: options.Server = None,
    config: options.Config = None,
    no_color: options.NoColor = False,
) -> None:
    """Shows the alerts that the screen has raised; exit code 1 while one calls for a person."""
    if context.invoked_subcommand is not None:
        return
    from jobdash.config.paths import state_folder  # noqa: PLC0415 - see options.go
    from jobdash.engine.alerts.book import Book  # noqa: PLC0415
    from jobdash.engine.alerts.kept import KeptAlerts  # noqa: PLC0415
    from jobdash.engine.clock import SystemClock  # noqa: PLC0415
    from jobdash.headless.alerts import show_alerts, unwatched  # noqa: PLC0415

    async def work(servers: "Servers", out: "Out") -> int:
        clock, path = SystemClock(), state_folder() / "alerts.db"
        kept = KeptAlerts(path, out.note)
        found = kept.read(clock.monotonic()) if path.exists() else None
        watched = kept.watched(clock.monotonic()) if found else None
        kept.close()
        known = Book(found[0] if found else ()).alerts(clock.now())
        wanted = [a for a in known if (all_of_them or a.raised) and (not server or a.key.server in server)]
        for doubt in unwatched(wanted, watched or {}, clock.now()):
            out.note(doubt)
        return show_alerts(wanted, out, clock.now(), json=json)

    go(work, config=config, no_color=no_color)


@app.command()
def test(
    *,
    json: options.Json = False,
    server: options.Server = None,
    dialect: options.Dialect = None,
    config: options.Config = None,
    timeout: options.Timeout = None,
    no_color: options.NoColor = False,
    over: Annotated[str, typer.Option(help="How far to look back into the recorded past, at most 30d.")] = "24h",
) -> None:
    """Says what each rule finds now, and would have found over the recorded past; exit code 2 when one is wrong."""
    from jobdash.cli.orders import orders_at  # noqa: PLC0415
    from jobdash.config.paths import state_folder  # noqa: PLC0415
    from jobdash.engine.clock import SystemClock  # noqa: PLC0415
    from jobdash.engine.history.history import History  # noqa: PLC0415
    from jobdash.engine.history.kept import KeptShelf  # noqa: PLC0415
    from jobdash.headless.codes import USAGE  # noqa: PLC0415
    from jobdash.headless.trial import Court, show_test  # noqa: PLC0415

    async def work(servers: "Servers", out: "Out") -> int:
        orders, clock, path = orders_at(config), SystemClock(), state_folder() / "history.db"
        for problem in orders.problems:
            out.note(problem)
        history = History(KeptShelf(path, clock, out.note) if path.exists() else None)
        back = min(seconds("--over", over) or DAY, 30 * DAY)
        found = Court(orders.rules, history, clock, back).trials(servers.all(), out)
        code = await show_test(found, out, back, json=json)
        history.close(clock.now())
        return USAGE if orders.problems else code

    go(work, config=config, server=server, dialect=dialect, no_color=no_color, timeout=timeout)
