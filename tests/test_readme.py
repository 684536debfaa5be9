"""README tells what is true: its tables come from the code, its links lead somewhere, its two commands are two."""

import re

from tests.readme_tables import README, with_tables

TEXT = README.read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_code() -> None:
    assert with_tables(TEXT) == TEXT, "run `python -m tests.readme_tables`"


def test_every_relative_link_leads_to_a_file() -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", TEXT)
    assert links
    assert [link for link in links if not (README.parent / link).exists()] == []


def test_the_first_lines_are_two_commands() -> None:
    block = TEXT.split("<!-- two commands -->")[1].split("<!-- end -->")[0]
    commands = re.findall(r"^python3 .*$", block, re.MULTILINE)
    assert len(commands) == 2
    assert commands[0].endswith("jobdash demo") and "/pytest" in commands[1]
