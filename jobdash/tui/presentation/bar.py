"""A progress bar in text, exact to half a cell."""

from jobdash.tui.presentation.spans import Line, Span


def bar(percent: float, width: int, style: str = "bar-done") -> Line:
    """`━━━╸───`: full only at 100, and not empty as soon as anything is done."""
    share = min(100.0, max(0.0, percent)) / 100
    halves = int(share * width * 2)
    if share > 0:
        halves = max(1, halves)
    if share < 1:
        halves = min(width * 2 - 1, halves)
    done, half = divmod(halves, 2)
    rest = width - done - half
    parts = (Span("━" * done + "╸" * half, style), Span("─" * rest, "bar-rest"))
    return tuple(part for part in parts if part.text)


def percent_text(percent: float) -> str:
    """Four cells at most; 99.9 is not told as 100."""
    whole = int(min(100.0, max(0.0, percent)))
    return f"{whole}%"
