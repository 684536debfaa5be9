"""A file that grows: each line once, also when it is replaced, cut, or lacks its last line end."""

from pathlib import Path

import pytest

from jobdash.engine.new_lines import LONGEST, NewLines


def test_each_line_once(tmp_path: Path) -> None:
    path = tmp_path / "ids"
    lines = NewLines(path)
    with pytest.raises(FileNotFoundError):
        lines.read()
    path.write_text("a\n\n b \r\nc")
    assert lines.read() == ["a", "b"]
    with path.open("a") as file:
        file.write("d\ne")
    assert lines.read() == ["cd"]
    assert lines.read() == ["e"]
    assert lines.read() == []
    path.write_text("new\n")
    assert lines.read() == ["new"]
    (tmp_path / "other").write_text("of another file\n")
    (tmp_path / "other").replace(path)
    assert lines.read() == ["of another file"]


def test_what_is_no_text_and_what_is_too_long_harms_nobody(tmp_path: Path) -> None:
    path = tmp_path / "ids"
    path.write_bytes(b"\xff\n" + b"x" * (LONGEST + 1) + b"\nend\n")
    assert NewLines(path).read() == ["\ufffd", "end"]
