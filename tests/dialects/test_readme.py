"""The page about the format tells the truth: its tables are the format's, its example loads and works."""

import json
import os
import re
import subprocess
import sys
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


def test_the_example_in_python_is_held_by_the_suite_as_the_page_says(tmp_path: Path) -> None:
    blocks = re.findall(r"```(python|json)\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    kind, suite = (text for language, text in blocks if language == "python")
    recorded = next(text for language, text in blocks if "exchanges" in text)
    (tmp_path / "jobdash_fleet.py").write_text(kind)
    (tmp_path / "test_fleet.py").write_text(suite)
    case = "class TestFleet(Compliance, TestCase)"
    assert case in README.read_text("utf-8")
    own = suite.replace("class TestFleet(Compliance)", case)
    (tmp_path / "test_case.py").write_text(f"from unittest import TestCase\n{own}")
    (tmp_path / "fleet.json").write_text(recorded)
    paths = os.pathsep.join([str(tmp_path), str(README.parents[2])])
    pytest, unittest = ["pytest", "-q", "-p", "no:cacheprovider", "test_fleet.py"], ["unittest", "test_case"]
    for runner, passed in ((pytest, "16 passed, 5 skipped"), (unittest, "OK (skipped=5)")):
        command = [sys.executable, "-m", *runner]
        env = {**os.environ, "PYTHONPATH": paths}
        ran = subprocess.run(command, check=False, cwd=tmp_path, env=env, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert passed in ran.stdout + ran.stderr
