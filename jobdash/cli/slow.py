"""A slow line: fewer frames and shorter colours. Must be told before Textual is imported, which reads it once."""

import os

FRAME = 0.5
"""Seconds between two paints that nobody asked for by a key."""


def spare_the_line() -> None:
    """256 colours take half the bytes of true colour; nothing slides or fades."""
    os.environ["TEXTUAL_COLOR_SYSTEM"] = "256"
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
