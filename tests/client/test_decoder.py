"""The event stream decoder against the WHATWG text, with every way to cut its bytes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdash.client.decoder import Decoded, EventDecoder
from jobdash.client.dialect import StreamEvent
from jobdash.model.report import BadEvent, Pulse


def events(*chunks: bytes, **options: Any) -> list[StreamEvent]:
    decoder = EventDecoder(**options)
    return [d.item for chunk in chunks for d in decoder.feed(chunk) if isinstance(d.item, StreamEvent)]


def told(data: str, event: str = "message", id: str = "") -> StreamEvent:
    return StreamEvent(data=data, event=event, id=id)


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b"data: 1\n\n", [told("1")]),
        (b"data:1\r\rdata:2\r\n\r\ndata:3\n\n", [told("1"), told("2"), told("3")]),
        (b"\xef\xbb\xbfdata: 1\n\n", [told("1")]),
        (b"data: \xef\xbb\xbf1\n\n", [told("\ufeff1")]),
        (b"data: a\ndata: b\ndata\ndata: c\n\n", [told("a\nb\n\nc")]),
        (b"data:  two spaces\n\n", [told(" two spaces")]),
        (b"event: add\ndata: 1\n\ndata: 2\n\n", [told("1", "add"), told("2")]),
        (b"event: add\n\ndata: 2\n\n", [told("2")]),
        (b"data:\n\n", [told("")]),
        (b"data\n\ndata\ndata\n\ndata:", [told(""), told("\n")]),
        (b"id: 7\ndata: 1\n\ndata: 2\n\nid\ndata: 3\n\n", [told("1", id="7"), told("2", id="7"), told("3")]),
        (b"id: 7\n\ndata: 2\n\n", [told("2", id="7")]),
        (b"id: 7\n\nid:\n\ndata: 2\n\n", [told("2")]),
        (b"id: a\x00b\ndata: 1\n\n", [told("1")]),
        (b"data: cut off", []),
        (b"data: cut off\n", []),
        (b": comment\ndata: 1\n: comment\n\n", [told("1")]),
        (b"\n\n\n\ndata: 1\n\n\n\n\ndata: 2\n\n", [told("1"), told("2")]),
        (b"other: x\ndatax: y\n\n", []),
        ("data: ü\u2028\u0085x\n\n".encode(), [told("ü\u2028\u0085x")]),
        (b"data: \xff\n\n", [told("\ufffd")]),
    ],
)
def test_the_text_of_the_standard(stream: bytes, expected: list[StreamEvent]) -> None:
    assert events(stream) == expected
    assert events(*(stream[i : i + 1] for i in range(len(stream)))) == expected


def test_a_carriage_return_ends_an_event_at_once() -> None:
    decoder = EventDecoder()
    assert [d.item for d in decoder.feed(b"data: 1\r\r")] == [told("1")]
    assert [d.item for d in decoder.feed(b"data: 2\r\n\r")] == [told("2")]
    assert [d.item for d in decoder.feed(b"\ndata: 3\r\n\r\n")] == [told("3")]


@pytest.mark.parametrize("chunk", [b": keep-alive\n\n", b":\n", b"\n", b"data: not yet\n", b"retry: 1\n\n"])
def test_lines_without_an_event_are_a_pulse(chunk: bytes) -> None:
    assert EventDecoder().feed(chunk) == [Decoded(Pulse(), "")]


@pytest.mark.parametrize("chunk", [b"data: not yet", b":", b"\xef", b""])
def test_a_part_of_a_line_is_nothing(chunk: bytes) -> None:
    assert EventDecoder().feed(chunk) == []


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("retry: 1500", 1.5),
        ("retry:0", 0.0),
        ("retry: -5", None),
        ("retry: 1_000", None),
        ("retry: +5", None),
        ("retry: ٣", None),
        ("retry: 1.5", None),
        ("retry", None),
        ("retry: " + "9" * 5000, None),
    ],
)
def test_the_reconnection_time_is_digits_only(line: str, seconds: float | None) -> None:
    decoder = EventDecoder()
    decoder.feed(f"{line}\n\n".encode())
    assert decoder.retry == seconds
    decoder.feed(b"data: retry: 9\n\n")
    assert decoder.retry == seconds


def test_the_cursor_moves_without_data_but_not_with_an_event_cut_off() -> None:
    decoder = EventDecoder("5")
    decoder.feed(b"id: 6\n\n")
    assert decoder.last_id == "6"
    decoder.feed(b"id: 7\ndata: 1\n")
    assert decoder.last_id == "6"
    decoder.feed(b"\n")
    assert decoder.last_id == "7"


def test_an_event_of_two_megabytes_is_read_and_one_beyond_the_limit_is_skipped() -> None:
    big = b"x" * 2_000_000
    chunks = [big[i : i + 65536] for i in range(0, len(big), 65536)]
    assert [len(event.data) for event in events(b"data: ", *chunks, b"\n\n")] == [2_000_000]
    decoder = EventDecoder(largest=1_000_000)
    found = [d.item for chunk in [b"data: 1\n\ndata: ", *chunks, b"\n", b"\ndata: 2\n\n"] for d in decoder.feed(chunk)]
    assert [item for item in found if not isinstance(item, Pulse)] == [
        told("1"), BadEvent("an event of more than 0.954 MB"), told("2"),
    ]  # fmt: skip


def test_comments_without_end_do_not_fill_the_memory() -> None:
    decoder = EventDecoder(largest=1000)
    assert all(decoder.feed(b": nothing new\n") == [Decoded(Pulse(), "")] for _ in range(1000))
    assert decoder.feed(b"data: 1\n\n") == [Decoded(told("1"), "")]


LINES = st.sampled_from(
    [
        b"data: x",
        b"data",
        b"data:\xc3\xbc",
        b"id: 4",
        b"id",
        b"event: add",
        b"retry: 9",
        b": hi",
        b"",
        b"",
        b"junk",
        b"\xef\xbb\xbf",
        b"\xff",
    ]
)
STREAMS = st.lists(st.tuples(LINES, st.sampled_from([b"\n", b"\r", b"\r\n"]))).map(
    lambda p: b"".join(a + b for a, b in p)
)


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    at = sorted({place % (len(stream) + 1) for place in places})
    return [stream[a:b] for a, b in zip([0, *at], [*at, len(stream)], strict=True)]


@given(STREAMS | st.binary(), st.lists(st.integers(0, 10_000)))
def test_where_a_stream_is_cut_never_matters(stream: bytes, places: list[int]) -> None:
    whole, parts = EventDecoder(), EventDecoder()
    at_once = [d for d in whole.feed(stream) if isinstance(d.item, StreamEvent)]
    in_parts = [d for chunk in cut(stream, places) for d in parts.feed(chunk) if isinstance(d.item, StreamEvent)]
    assert at_once == in_parts
    assert (whole.last_id, whole.retry) == (parts.last_id, parts.retry)


@given(STREAMS | st.binary())
def test_the_decoder_says_what_the_standard_says(stream: bytes) -> None:
    assert events(stream) == list(by_the_book(stream))


def by_the_book(stream: bytes) -> list[StreamEvent]:
    """The algorithm of the standard, word by word and as slow as that."""
    text = stream.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    found: list[StreamEvent] = []
    data, event, id = "", "", ""
    for line in text.split("\n")[:-1]:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                found.append(told(data[:-1], event or "message", id))
            data = event = ""
        elif name == "data":
            data += value + "\n"
        elif name == "event":
            event = value
        elif name == "id" and "\0" not in value:
            id = value
    return found
