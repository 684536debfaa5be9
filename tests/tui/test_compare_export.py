"""Two jobs compared, and what is seen written into files: secrets covered, nothing replaced."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from textual.pilot import Pilot

from jobdash.engine import export
from jobdash.engine.masking import MASK, Masking
from jobdash.engine.monitor import DetailView
from jobdash.engine.written import safe_name, write
from jobdash.model.job import Detail, JobKey
from jobdash.model.log import LogLine
from jobdash.model.state import State
from jobdash.tui.presentation.compare import ABSENT, differences
from jobdash.tui.screens.compare import CompareScreen
from tests.tui.still_monitor import DETAIL, FAILED, JOBS, NOW, full_monitor, job
from tests.tui.test_json_tree import json_values
from tests.tui.test_screen import main, opened, said, seen

GOOD = JobKey("docs", "good-1")


async def test_a_failed_job_is_compared_with_the_last_good_one_of_its_type() -> None:
    monitor = full_monitor()
    monitor.put(job(*GOOD, State.COMPLETED, worker="worker-9", started_at=NOW - 50, finished_at=NOW))
    other = Detail(data={"path": "s3://bucket/b.pdf", "pages": 120, "api_key": "hunter3", "new": [1]})
    monitor.still_details[GOOD] = DetailView(detail=other, read_at=1.0)
    async with opened(monitor) as (app, pilot):
        await pilot.press("j", "c")
        assert isinstance(app.screen, CompareScreen) and monitor.read == (FAILED, GOOD)
        text = seen(app.screen)
        for part in ("worker-2", "worker-9", "s3://bucket/a.pdf", "s3://bucket/b.pdf", MASK, "1m12", "50s", "[1]"):
            assert part in text, part
        assert "hunter" not in text and "pages " not in text
        await pilot.press("escape", "space", "space", "c")
        assert isinstance(app.screen, CompareScreen)


async def test_without_a_partner_it_says_what_to_do() -> None:
    async with opened(full_monitor()) as (app, pilot):
        await pilot.press("c")
        assert "mark two jobs" in said(app)


@given(json_values, json_values)
def test_differences_are_found_once_and_none_between_equals(one: Any, other: Any) -> None:
    masking = Masking()
    assert list(differences(one, one, masking)) == []
    paths = [path for path, _, _ in differences(one, other, masking)]
    assert len(paths) == len(set(paths))


def test_what_one_side_lacks_is_absent() -> None:
    found = list(differences({"a": 1, "b": [1]}, {"a": True, "b": [1, 2]}, Masking()))
    assert found == [(("a",), 1, True), (("b", 1), ABSENT, 2)]


def files(folder: Path) -> set[Path]:
    return {path for path in folder.iterdir() if path.suffix != ".part" and path.stat().st_size}


async def exported(pilot: Pilot[None], folder: Path, downs: int) -> str:
    before = files(folder)
    await pilot.press("E", "shift+tab", "ctrl+u", *str(folder), "enter", *["down"] * downs, "enter")
    for _ in range(500):
        await pilot.pause(0.02)
        if fresh := files(folder) - before:
            return fresh.pop().read_text()
    raise AssertionError("nothing was written")


async def test_view_job_log_and_picture_are_written(tmp_path: Path) -> None:
    async with opened(full_monitor()) as (app, pilot):
        await pilot.press("j")
        rows = list(csv.DictReader((await exported(pilot, tmp_path, 0)).splitlines()))
        assert len(rows) == len(JOBS) and rows[1]["id"] == FAILED.id
        lines = [json.loads(line) for line in (await exported(pilot, tmp_path, 1)).splitlines()]
        assert lines[1]["error"] == JOBS[0].error and lines[1]["finished_at"] == "2026-11-22T03:08:40Z"
        whole = json.loads(await exported(pilot, tmp_path, 2))
        assert whole["data"]["api_key"] == MASK and whole["logs"][0]["text"] == "fetching page 3"
        assert whole["data"]["options"]["big"] == 2**63
        assert "INFO fetching page 3" in await exported(pilot, tmp_path, 3)
        await pilot.press("right_square_bracket", "right_square_bracket", "tab", "u")
        assert "hunter2" in seen(main(app))
        picture = await exported(pilot, tmp_path, 4)
        assert picture.startswith("<svg") and "hunter2" not in picture and "Write" not in picture
        assert len(files(tmp_path)) == 5 and "written:" in said(app)


async def test_files_that_are_there_stay_and_names_cannot_leave_the_folder(tmp_path: Path) -> None:
    first = await write(tmp_path, "a.csv", iter(["one"]))
    second = await write(tmp_path, "a.csv", iter(["two"]))
    assert (first.name, first.read_text(), second.name, second.read_text()) == ("a.csv", "one", "a-2.csv", "two")
    assert safe_name("../../etc/passwd\x00.csv") == "etc-passwd.csv" and safe_name("/.csv") == "jobdash.csv"
    with pytest.raises(OSError):
        await write(first / "below", "a.csv", iter(["x"]))
    with pytest.raises(ZeroDivisionError):
        await write(tmp_path, "broken.csv", (str(1 // n) for n in (1, 0)))
    assert len(files(tmp_path)) == 2


def test_cells_are_no_formulas_and_log_lines_stay_lines() -> None:
    row = list(export.csv_lines([replace(JOBS[0], error="=cmd|' /C calc'!A0", step="a\nb,c")]))[1]
    assert next(csv.reader([row]))[18].startswith("'=")
    assert list(export.log_lines([LogLine("a\nb", None, "info")])) == ["INFO a\\nb\n"]
    assert json.loads("".join(export.whole_job(JOBS[0], DETAIL.detail, [], Masking())))["logs"] == []
