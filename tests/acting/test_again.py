"""Submitting again: the form comes filled with what the job had, to be edited; on production a reason is asked for."""

from dataclasses import replace

import pytest
from textual.widgets import Input

from jobdash.engine.likeness import values_like
from jobdash.engine.monitor import DetailView
from jobdash.model.care import NO_CARE, Care, Env
from jobdash.model.job import Detail
from jobdash.tui.app import JobdashApp
from jobdash.tui.screens import confirm
from jobdash.tui.screens.submit import SubmitScreen
from tests.questions import question
from tests.screen_text import shows
from tests.tui.form_server import FORM
from tests.tui.still_monitor import FAILED
from tests.tui.test_adding import taking

DATA = {"path": "in/a.pdf", "options": {"pages": 3, "mode": None}, "other": [1]}


def test_fields_are_found_where_the_job_has_them() -> None:
    assert values_like(FORM, Detail(data=DATA)) == {"path": "in/a.pdf", "pages": "3"}
    assert values_like(FORM, Detail(raw={"job": {"data": DATA}})) == {"path": "in/a.pdf"} | {"pages": "3"}
    assert values_like(FORM, Detail(data=["path"], result="x")) == {}
    told = Detail(data=DATA, again={"path": None, "pages": [4], "elsewhere": 1})
    assert values_like(FORM, told) == {"pages": "[4]"}


@pytest.mark.parametrize("care", [NO_CARE, Care(env=Env.PROD)])
async def test_a_job_is_submitted_again_with_edited_data(care: Care, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirm, "SECOND", 0.05)
    monitor, link = taking(care=care)
    monitor.still_servers[0] = replace(monitor.still_servers[0], care=care)
    monitor.still_details[FAILED] = DetailView(detail=Detail(data=DATA), read_at=0.0)
    app = JobdashApp(monitor)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("j", "I")
        await shows(pilot, "with this job's data")
        await pilot.press("enter")
        assert isinstance(app.screen, SubmitScreen)
        assert [field.value for field in app.screen.query(Input)] == ["in/a.pdf", "3", ""]
        await pilot.press("end", *"2", "tab", "tab", "tab", "right", "enter")
        if care.production:
            await question(pilot)
            assert link.dialect.taken == []
            await pilot.press("tab", *"lost", "enter", "enter")
        await shows(pilot, "submitted: docs/new-1")
        assert link.dialect.taken == [{"path": "in/a.pdf2", "pages": 3}]
