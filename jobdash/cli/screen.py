"""Opens the screen on servers: checks that there is a terminal for it, wires engine and app, and runs them."""

import locale
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from jobdash.cli.failing import masking_of, runbooks_of
from jobdash.cli.following import followed_files, followed_input
from jobdash.cli.orders import orders_of
from jobdash.cli.slow import FRAME
from jobdash.cli.tidy import set_aside
from jobdash.cli.watched import listening, pace_of, watched, watched_urls
from jobdash.cli.who import journal_of
from jobdash.cli.wire import check_addresses
from jobdash.config.load import load
from jobdash.config.models import Config, NotifyTable
from jobdash.config.paths import config_file, config_folder, state_folder
from jobdash.config.readable import readable_by_others
from jobdash.engine.kept_views import KeptViews
from jobdash.engine.monitor import Companion, Monitor, Watched
from jobdash.engine.orders import Orders
from jobdash.engine.saved import SavedView, ViewBook
from jobdash.engine.tracked import Tracked
from jobdash.model.errors import ConfigError
from jobdash.tui.app import JobdashApp
from jobdash.tui.keymap import Keymap, checked
from jobdash.tui.presentation.calling import TerminalCalls
from jobdash.tui.themes import DEFAULT

NOTHING_TO_WATCH = """\
there is no server to watch yet.
  jobdash demo                  look around on a small job server of its own
  jobdash http://host:port      watch a job server; or list yours in {config}"""


def open_servers(
    urls: Sequence[str],
    *,
    dialect: str | None,
    jobs: Sequence[str],
    config: Path | None,
    theme: str | None,
    jobs_from: str | None = None,
    slow_link: bool = False,
) -> int:
    """Shows the servers of the command line, or else of the config file."""
    settings = _settings(config, required=not urls)
    if urls:
        servers = watched_urls(urls, dialect, jobs, settings)
    elif settings.servers:
        servers = watched(settings, jobs)
    else:
        raise ConfigError(f"{config or config_file()}: there are no servers in it; a [[servers]] table is expected")
    companions = [*listening(settings), *([] if urls else followed_files(settings))]
    kept = KeptViews(state_folder() / "views.toml")
    if jobs_from is not None:
        companions.append(followed_input(jobs_from, [server.link.name for server in servers]))
    return show(
        servers,
        theme or settings.theme,
        companions,
        book=views_of(settings, kept),
        kept=kept,
        tracked=Tracked(state_folder() / "tracked.db"),
        config=settings,
        orders=orders_of(settings),
        calls=calls_of(settings.notify),
        slow_link=slow_link,
    )


def _settings(path: Path | None, *, required: bool) -> Config:
    """The config file that was named, or the usual one where it is there."""
    if path is None and not config_file().exists():
        if required:
            raise ConfigError(NOTHING_TO_WATCH.format(config=config_file()))
        return Config()
    loaded = load(path or config_file())
    check_addresses(loaded)
    return loaded


def views_of(config: Config, kept: KeptViews) -> ViewBook:
    """The saved views; those that cannot be understood are told of on the screen."""
    views = [
        SavedView(
            name=t.name,
            query=t.query,
            sort=t.sort,
            columns=tuple(t.columns),
            group=t.group,
            times=t.times,
            key=t.key or 0,
        )
        for t in config.views
    ]
    defaults = {server.name: server.view for server in config.servers if server.view}
    try:
        return ViewBook.of(views, defaults, kept.load())
    except ConfigError as problem:
        book = ViewBook.of(views, defaults)
        return replace(book, problems=(*book.problems, str(problem)))


def keymap_of(config: Config) -> Keymap:
    """The keys that a person chose. Raises ConfigError at its key."""
    try:
        return checked(config.keys)
    except ConfigError as error:
        raise ConfigError(f"{config.file}: keys.{error}") from None


def calls_of(table: NotifyTable) -> TerminalCalls:
    """How the terminal calls a person who does not look."""
    return TerminalCalls(bell=table.bell, desktop=table.desktop, title=table.title, environment=os.environ)


def show(
    servers: Sequence[Watched],
    theme: str | None,
    companions: Sequence[Companion] = (),
    *,
    book: ViewBook | None = None,
    kept: KeptViews | None = None,
    tracked: Tracked | None = None,
    config: Config | None = None,
    orders: Orders | None = None,
    calls: TerminalCalls | None = None,
    slow_link: bool = False,
) -> int:
    """Runs the screen until the person leaves it."""
    check_terminal()
    monitor = Monitor(
        servers,
        companions=[set_aside, *companions],
        journal=journal_of(config),
        pace=pace_of(config or Config()),
        tracked=tracked,
        masking=masking_of(config or Config()),
        mask_ids=config is not None and config.mask_ids,
        runbooks=runbooks_of(config or Config()),
        orders=orders,
        frame=FRAME if slow_link else 0.1,
    )
    if config is not None and (warning := readable_by_others(config.file, config)) is not None:
        monitor.notice(warning)
    app = JobdashApp(
        monitor,
        theme=theme or DEFAULT,
        config_folder=config_folder(),
        book=book,
        kept=kept,
        calls=calls,
        keymap=keymap_of(config) if config is not None else None,
        slow_link=slow_link,
        rest_after=(config or Config()).watch.rest_after,
    )
    app.run()
    return app.return_code or 0


def check_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError("the screen needs a terminal, and this is none")
    encoding = locale.getpreferredencoding(False)
    if encoding.lower().replace("-", "") != "utf8":
        raise ConfigError(
            f"the screen needs a UTF-8 locale, but this one is {encoding}; try LC_ALL=C.UTF-8 jobdash ..."
        )
