"""The key table keeps the house's promises."""

from jobdash.tui.actions import ACTIONS, Where, for_key, markdown_table, rows
from jobdash.tui.app import JobdashApp
from jobdash.tui.screens.alerts import AlertsScreen
from jobdash.tui.screens.columns import ColumnsScreen
from jobdash.tui.screens.compare import CompareScreen
from jobdash.tui.screens.detail import DetailScreen
from jobdash.tui.screens.form import FormScreen
from jobdash.tui.screens.health import HealthScreen
from jobdash.tui.screens.help import HelpScreen
from jobdash.tui.screens.main import MainScreen
from jobdash.tui.screens.pick import PickScreen
from jobdash.tui.screens.result import ResultScreen
from jobdash.tui.widgets.filter_input import FilterInput
from jobdash.tui.widgets.find_line import FindLine
from jobdash.tui.widgets.job_list import JobList
from jobdash.tui.widgets.scrolled_lines import ScrolledLines

PLACES = {
    FormScreen: Where.FORM,
    PickScreen: Where.PICK,
    ColumnsScreen: Where.COLUMNS,
    HelpScreen: Where.PAGE,
    CompareScreen: Where.PAGE,
    ResultScreen: Where.RESULT,
    FilterInput: Where.QUERY,
    FindLine: Where.FIND,
}
FORBIDDEN = {f"ctrl+{letter}" for letter in "absqz"}


def test_only_capital_letters_change_a_server() -> None:
    for row in ACTIONS:
        if row.changes_server is not None:
            assert all(len(key) == 1 and key.isupper() for key in row.keys)


def test_nothing_on_keys_that_terminals_and_multiplexers_own() -> None:
    assert not any(FORBIDDEN & set(row.keys) for row in ACTIONS)


def test_a_key_means_one_thing_in_one_place() -> None:
    for where in Where:
        keys = [key for row in (*rows(where), *rows(Where.EVERYWHERE)) for key in row.keys]
        if where in (Where.LIST, Where.DETAIL):
            assert len(keys) == len(set(keys))


def test_every_row_has_its_method_and_every_binding_its_row() -> None:
    places = {
        MainScreen: Where.LIST,
        DetailScreen: Where.DETAIL,
        JobdashApp: Where.EVERYWHERE,
        AlertsScreen: Where.ALERTS,
        HealthScreen: Where.HEALTH,
    }
    for place, where in places.items():
        for row in rows(where, moves=False):
            assert callable(getattr(place, f"action_{row.id}")), row.id
    for widget in (JobList, ScrolledLines):
        for row in rows(Where.LIST, moves=True):
            assert callable(getattr(widget, f"action_{row.id}")), row.id
    for over in (FormScreen, PickScreen, ColumnsScreen, HelpScreen, CompareScreen, ResultScreen, FilterInput, FindLine):
        for row in rows(PLACES[over]):
            assert callable(getattr(over, f"action_{row.id}")), row.id
    listed = {row.id for row in ACTIONS}
    for node in (*places, JobList, ScrolledLines):
        for bound in node._merged_bindings.key_to_bindings.values():  # type: ignore[attr-defined]
            assert {binding.action for binding in bound} <= listed


def test_dialog_keys_and_readme_table() -> None:
    answer = for_key(Where.DIALOG, "escape")
    assert answer is not None
    assert answer.id == "say_no"
    assert "| `X` | cancel the job |" in markdown_table()
    assert not any(row.id == "say_yes" and key.isupper() for row in ACTIONS for key in row.keys)


def test_every_row_has_an_id_of_its_own() -> None:
    ids = [row.id for row in ACTIONS]
    assert len(ids) == len(set(ids))
