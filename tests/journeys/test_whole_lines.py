"""Lines of a log as their server told them: empty ones, and ones of ten million characters, also in a file."""

from pathlib import Path

from jobdash.cli.wire import link_to
from jobdash.client.settings import ServerSettings
from jobdash.dialects.mapping.lines import LONGEST
from jobdash.engine.limits import Limits
from jobdash.engine.monitor import Monitor, Watched
from jobdash.tui.app import JobdashApp
from tests.journeys.hostile import MAPPING, Hostile, serving
from tests.screen_text import shows
from tests.tui.test_compare_export import exported

LONG = 10_000_000
LOGS: list[str | dict[str, str]] = [
    {"message": "first"},
    {"message": ""},
    {"message": "z" * LONG + "<end of the object>"},
    "",
    "x" * LONG + "<end of the text>",
    "y" * (LONGEST + 7),
    "last",
]


async def test_a_line_is_never_shown_as_its_json_nor_cut_without_a_word(tmp_path: Path) -> None:
    mapping = tmp_path / "hostile.toml"
    mapping.write_text(MAPPING)
    job = {"id": "long-1", "status": "failed", "type": "t", "logs": LOGS}
    with serving(Hostile({"long-1": job})) as server:
        link = link_to(ServerSettings(name="s", url=server.url, dialect=str(mapping)))
        app = JobdashApp(Monitor([Watched(link=link, limits=Limits(poll=60.0, rate=100, burst=100))]))
        async with app.run_test(size=(120, 40)) as pilot:
            await shows(pilot, "long-1", "details read")
            await pilot.press("l")
            seen = await shows(pilot, "first", "last", "7 lines", seconds=30)
            assert '{"message"' not in seen
            folder = tmp_path / "out"
            folder.mkdir()
            await pilot.press("escape")
            lines = (await exported(pilot, folder, 3)).splitlines()
    told = [line if isinstance(line, str) else line["message"] for line in LOGS]
    assert [*lines[:5], lines[6]] == [*told[:5], told[6]]
    assert lines[5] == "y" * LONGEST + "… 7 more characters were not kept"
