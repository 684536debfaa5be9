"""Work: previews of a document, one file a page: a picture of the text's shape, HTML, or plain text.

A text file is cut into pages of 60 lines; a zip archive is previewed as the list of its members.
"""

from __future__ import annotations

import html
import zipfile
from pathlib import Path

from jobdash.demo.pictures import write_png
from jobdash.demo.work.task import Result, Slice, Steps, Task

LINES, COLUMNS = 60, 100
LARGEST_ZOOM = 20
FORMATS = ("png", "html", "txt")


def preview_document(task: Task) -> Steps:
    """Params: `input`, `output_format` (png, html, txt), `pages` (at most so many), `width` (png pixels)."""
    name, kind = task.text("input", "argparse.py"), task.text("output_format", "png")
    yield Slice(0, 1, f"Opening {name}")
    path = task.shelf.find(name)
    if path is None:
        raise FileNotFoundError(f"Input not found: {name}")
    lines = _text_of(path).splitlines() or [""]
    pages = [lines[at : at + LINES] for at in range(0, len(lines), LINES)][: task.number("pages", 50)]
    zoom = min(max(1, task.number("width", 200) // COLUMNS), LARGEST_ZOOM)
    files: list[str] = []
    for number, page in enumerate(pages, start=1):
        yield Slice(number - 1, len(pages), f"Rendering page {number} of {len(pages)}")
        files.append(f"page-{number:03}.{kind}")
        _render(page, kind, task.folder / files[-1], zoom)
        task.log(f"page {number}: {len(page)} lines")
    return Result({"total_pages": len(files)}, tuple(files))


def _text_of(path: Path) -> str:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return "\n".join(f"{member.file_size:>10,}  {member.filename}" for member in archive.infolist())
    return path.read_text(encoding="utf-8")


def _render(page: list[str], kind: str, path: Path, zoom: int) -> None:
    if kind == "png":
        width = COLUMNS * zoom
        rows = [_shades(line, zoom) for line in page for _ in range(2 * zoom)]
        write_png(path, width, rows, grey=True)
    elif kind == "html":
        path.write_text(f"<!doctype html><pre>{html.escape(chr(10).join(page))}</pre>\n", encoding="utf-8")
    else:
        path.write_text("\n".join(page) + "\n", encoding="utf-8")


def _shades(line: str, zoom: int) -> bytes:
    """A row of grey pixels: white where the line is blank, darker for denser characters."""
    shades = (255 if char.isspace() else 90 if char.isalnum() else 150 for char in line[:COLUMNS])
    row = b"".join(bytes((shade,)) * zoom for shade in shades)
    return row.ljust(COLUMNS * zoom, b"\xff")
