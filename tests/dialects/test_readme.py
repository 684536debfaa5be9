"""The page about the format tells the truth: its tables are the format's, its example loads and works."""

import json
import re
from pathlib import Path

from jobdash.model.command import Action
from jobdash.model.state import State
from tests.dialects.asking import Prepared, written
from tests.dialects.key_tables import README, filled


def test_the_tables_of_keys_are_those_of_the_format() -> None:
    text = README.read_text("utf-8")
    assert filled(text) == text, "run: python -m tests.dialects.key_tables"


async def test_the_example_works_as_the_page_says(tmp_path: Path) -> None:
    blocks = re.findall(r"```(toml|json)\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    mapping = next(text for kind, text in blocks if kind == "toml" and text.startswith("title"))
    answer = next(text for kind, text in blocks if kind == "json")
    assert len(mapping.splitlines()) <= 30
    dialect = written(tmp_path, mapping)
    report = await dialect.job(Prepared(json.loads(answer)), "4711")
    assert (report.job.id, report.job.state, report.job.native_state) == ("4711", State.RUNNING, "rendering")
    assert (report.job.progress, report.job.fraction) == (25, (30, 120))
    assert not report.problems
    assert dialect.capabilities.list
    assert set(dialect.capabilities.actions) == {Action.CANCEL}
