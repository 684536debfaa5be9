"""Durations as people write them."""

import pytest

from jobdash.config.duration import seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [("5s", 5), ("2m", 120), ("1h30m", 5400), ("500ms", 0.5), (3, 3), ("1.5 h", 5400), ("1d", 86400)],
)
def test_durations(text: object, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "5", "s", "5x", "5s!", "-5s", None, True, [], "m5"])
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="a duration like"):
        seconds(text)
