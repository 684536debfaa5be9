"""Where there is no config file, all is as with an empty one; and what checks such a file need not be loaded."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from jobdash.cli.failing import masking_of, runbooks_of
from jobdash.cli.orders import orders_of
from jobdash.cli.screen import calls_of, views_of
from jobdash.cli.watched import listening, pace_of
from jobdash.config.models import Config
from jobdash.engine.kept_views import KeptViews
from jobdash.tui.app import REST_AFTER


def test_no_file_is_as_good_as_an_empty_one(tmp_path: Path) -> None:
    empty, kept = Config(), KeptViews(tmp_path / "views.toml")
    orders, of_empty = orders_of(None, keep=False), orders_of(empty, keep=False)
    assert replace(orders, problems=[], tellers=[]) == of_empty
    assert pace_of(None) == pace_of(empty)
    assert calls_of(None) == calls_of(empty)
    assert views_of(None, kept) == views_of(empty, kept)
    assert list(listening(None)) == list(listening(empty)) == []
    assert empty.watch.rest_after == REST_AFTER
    assert masking_of(None).masked({"password": "x"}) == masking_of(empty).masked({"password": "x"})
    assert vars(runbooks_of(None)) == vars(runbooks_of(empty))


def test_a_screen_on_an_engine_does_without_pydantic() -> None:
    engines = ", ".join(f"jobdash.dialects.{name}.kind" for name in ("flower", "rq", "bullboard", "prefect"))
    code = f"import sys, jobdash.cli.app, jobdash.cli.screen, {engines}; print('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout == "False\n"
