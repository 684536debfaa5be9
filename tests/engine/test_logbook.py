"""Logs are appended, never replaced, bounded, and merged by time."""

from hypothesis import given
from hypothesis import strategies as st

from jobdash.engine.log_source import LogSource
from jobdash.engine.logbook import LogBook
from jobdash.engine.logs import HELD, Logs
from jobdash.model.job import JobKey
from jobdash.model.log import LogLine


def lines(*texts: str, at: float | None = None) -> tuple[LogLine, ...]:
    return tuple(LogLine(text, at) for text in texts)


def texts(book: LogBook | LogSource) -> list[str]:
    return [line.text for line in book.lines]


def test_what_is_new_is_appended() -> None:
    book = LogBook()
    assert book.take(lines("a", "b"), 1.0) == 2
    held = book.lines
    assert book.take(lines("a", "b", "c"), 2.0) == 1
    assert book.take(lines("a", "b", "c"), 3.0) == 0
    assert book.lines is held and texts(book) == ["a", "b", "c"] and book.read_at == 3.0


def test_a_server_that_keeps_only_the_end_is_followed() -> None:
    book = LogBook()
    book.take(lines("a", "b", "c", "d"), 1.0)
    assert book.take(lines("c", "d", "e"), 2.0) == 1
    assert book.take(lines("x", "y"), 3.0) == 2
    assert texts(book) == ["a", "b", "c", "d", "e", "x", "y"]


@given(st.lists(st.sampled_from("ab"), min_size=1, max_size=60), st.data())
def test_a_log_that_is_told_whole_is_never_doubled(said: list[str], data: st.DataObject) -> None:
    book = LogBook()
    for end in sorted(data.draw(st.lists(st.integers(0, len(said)), max_size=5))):
        book.take(lines(*said[:end]), 1.0)
    book.take(lines(*said), 1.0)
    assert texts(book) == said


@given(st.integers(3, 40), st.lists(st.integers(1, 10), max_size=20))
def test_a_window_of_numbered_lines_is_never_doubled_nor_torn(window: int, steps: list[int]) -> None:
    book, end = LogBook(), 0
    for step in steps:
        end += min(step, window - 1)
        book.take(lines(*(str(n) for n in range(max(0, end - window), end))), 1.0)
    assert texts(book) == [str(n) for n in range(end)]


def test_old_lines_leave_and_are_counted() -> None:
    book = LogBook(most_lines=100)
    told = lines(*(str(n) for n in range(250)))
    book.take(told, 1.0)
    assert len(book.lines) <= 100 and book.dropped + len(book.lines) == 250 == book.total
    assert book.take((*told, *lines("next")), 2.0) == 1 and texts(book)[-1] == "next"
    heavy = LogBook(most_characters=1_000)
    heavy.take(lines(*("x" * 100 for _ in range(50))), 1.0)
    assert sum(len(text) for text in texts(heavy)) <= 1_000 and heavy.dropped > 0
    giant = LogBook(most_characters=1_000)
    giant.take(lines("small", "x" * 10_000_000), 1.0)
    assert texts(giant)[-1] == "x" * 10_000_000


def test_of_a_million_lines_only_the_new_one_is_taken() -> None:
    told = tuple(LogLine(f"line {n}") for n in range(1_000_000))
    book = LogBook()
    book.take(told, 1.0)
    assert book.take((*told, LogLine("new")), 2.0) == 1


def test_logs_are_held_for_those_who_read_them() -> None:
    logs = Logs()
    keys = [JobKey("s", str(n)) for n in range(HELD + 3)]
    assert not logs.take(keys[0], lines("a"), 1.0)
    for key in keys:
        logs.want((key,))
        logs.take(key, lines("a"), 1.0)
    assert logs.book(keys[0]) is None and logs.book(keys[-1]) is not None
    logs.failed(keys[-1], "no")
    logs.drop(keys[-2])
    book = logs.book(keys[-1])
    assert book is not None and book.problem == "no" and logs.book(keys[-2]) is None


def test_several_logs_are_merged_by_time() -> None:
    first, second = LogBook(), LogBook()
    source = LogSource((("one", first), ("two", second)))
    first.take((*lines("1a", at=1), *lines("1b"), *lines("1c", at=5)), 1.0)
    source.update()
    second.take((*lines("2a", at=2), *lines("2b", at=6)), 2.0)
    source.update()
    assert texts(source) == ["1a", "1b", "2a", "1c", "2b"]
    assert [source.name_of(n) for n in range(5)] == ["one", "one", "two", "one", "two"]
    assert source.changed > 0 and source.read_at == 1.0
