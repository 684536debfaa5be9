"""What some bytes are, by themselves and by what their server says of them: a text, or which kind of binary."""

import codecs
from contextlib import suppress
from typing import Final

MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF file (WebP, WAV, AVI)"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive, or an office document"),
    (b"\x1f\x8b", "gzip-compressed data"),
    (b"BZh", "bzip2-compressed data"),
    (b"\xfd7zXZ\x00", "xz-compressed data"),
    (b"(\xb5/\xfd", "zstd-compressed data"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"\x7fELF", "a program (ELF)"),
)
INSIDE: Final = ((257, b"ustar", "a tar archive"), (4, b"ftyp", "a video or picture (MP4, HEIC)"))
WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
TEXTS: Final = ("json", "xml", "csv", "markdown", "yaml", "toml", "javascript")
ENDINGS: Final = {
    "csv": "CSV",
    "tsv": "TSV",
    "md": "Markdown",
    "markdown": "Markdown",
    "log": "log",
    "html": "HTML",
    "jsonl": "JSON lines",
    "ndjson": "JSON lines",
    "xml": "XML",
    "yaml": "YAML",
    "yml": "YAML",
}


def kind_of(said: str) -> str:
    """`text/csv` of `text/CSV; charset=utf-8`."""
    return said.partition(";")[0].strip().lower()


def is_text_kind(kind: str) -> bool:
    """Whether a server that says so speaks of text."""
    return kind.startswith("text/") or any(word in kind for word in TEXTS)


def binary(sample: bytes, said: str) -> str | None:
    """What a file is that cannot be read as text, in words; None for text. `said` is its content type."""
    for at, mark, what in (*((0, mark, what) for mark, what in MAGIC), *INSIDE):
        if sample[at : at + len(mark)] == mark:
            return what
    if sample.startswith(WIDE) or (b"\0" not in sample and _readable(sample, said)):
        return None
    kind = kind_of(said)
    named = kind and not is_text_kind(kind) and kind != "application/octet-stream"
    return f"data of the type {kind}" if named else "data that is no text"


def _readable(sample: bytes, said: str) -> bool:
    """Whether it is UTF-8, or said to be a text in another charset; a sample may end inside a character."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return said.lower().startswith("text/")
    return True


def text_of(data: bytes, said: str) -> str:
    """The text by its byte order mark, by the charset that is said, else as UTF-8; never fails."""
    _, found, rest = said.lower().partition("charset=")
    charset = "utf-16" if data.startswith(WIDE) else rest.partition(";")[0].strip(" \"'") if found else ""
    if charset:
        with suppress(LookupError, ValueError):
            return data.decode(charset, "replace").removeprefix("\ufeff")
    return data.decode("utf-8-sig", "replace")


def text_word(name: str, said: str) -> str:
    """`CSV`, `Markdown`, `text`: by the end of the name, else by what is said."""
    last = (name if "." in name else kind_of(said).replace("/", ".")).rpartition(".")[2].lower()
    return ENDINGS.get(last, "text")
