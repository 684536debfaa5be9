"""Alerts over real HTTP: raised about a queue or type, leading to exactly their jobs, remembered over a restart."""

from pathlib import Path

import pytest

from jobdash.engine.alerts.defaults import DEFAULTS
from jobdash.engine.alerts.reading import rules_of
from jobdash.engine.metrics.place import Place
from jobdash.engine.orders import Orders
from jobdash.model.alert import AlertKey
from jobdash.model.state import State
from jobdash.tui.screens.alerts import AlertsScreen
from tests.behaviours.conftest import NAME, Show, Watch
from tests.demo_process import DemoProcess
from tests.screen_text import shows

TABLES = (
    {"name": "broken", "query": "state:failed", "type": "syntax*", "threshold": 1},
    {"name": "any of that type", "metric": "failed", "type": "syntax*", "threshold": 1},
)
BROKEN = AlertKey("broken", NAME)
OF_TYPE = AlertKey("any of that type", NAME, "", "syntax-error")


def orders(folder: Path) -> Orders:
    rules, problems = rules_of(TABLES, DEFAULTS)
    assert problems == []
    return Orders(rules=rules, folder=folder, who="ada")


@pytest.fixture
def failing(demo: DemoProcess) -> set[str]:
    return {demo.submit("jobstatus", "syntax-error") for _ in range(2)}


async def test_an_alert_leads_to_its_jobs_and_outlives_the_process(
    tmp_path: Path, watch: Watch, failing: set[str]
) -> None:
    async with watch("jobstatus", orders=orders(tmp_path)) as watching:
        vitals = watching.monitor.vitals
        await watching.until(lambda: {BROKEN, OF_TYPE} <= {alert.key for alert in vitals.calling()})
        vitals.touched()
        for key in (BROKEN, OF_TYPE):
            alert = next(alert for alert in vitals.alerts() if alert.key == key)
            watching.monitor.set_query(vitals.jobs_of(alert))
            listed = watching.monitor.view.keys()
            found = [watching.known(job.id) for job in listed]
            assert failing <= {job.id for job in found}
            assert {(job.state, job.type) for job in found} == {(State.FAILED, "syntax-error")}
        past = await vitals.past(Place(NAME, "", "syntax-error"), ["failed"], 60, 60)
        assert max(value for value in past.series["failed"] if value is not None) >= 2
        raised = len(vitals.events())

    async with watch("jobstatus", orders=orders(tmp_path)) as watching:
        vitals = watching.monitor.vitals
        await watching.until(lambda: vitals.sight.figures.get(NAME, {}).get("failed"))
        assert len(vitals.events()) == raised, "what is known from before is not raised again"
        assert vitals.take_left_at() is not None


async def test_the_strip_the_alert_and_its_jobs_on_the_screen(tmp_path: Path, show: Show, failing: set[str]) -> None:
    async with show("jobstatus", orders=orders(tmp_path)) as (pilot, monitor):
        await shows(pilot, "jobs like type:syntax* state:failed")
        await pilot.press("exclamation_mark")
        screen = pilot.app.screen
        assert isinstance(screen, AlertsScreen)
        while screen.chosen is not None and screen.chosen.key != BROKEN:
            await pilot.press("j")
        await pilot.press("enter")
        await pilot.pause()
        assert monitor.query == f"server:{NAME} type:syntax* state:failed"
        await pilot.press("0", "h", "right")
        await shows(pilot, f"{NAME}/", "queue or type", "syntax-error")
