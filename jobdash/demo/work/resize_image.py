"""Work: resize a PPM picture to the asked size, row by row, and write it as a PNG."""

from __future__ import annotations

from jobdash.demo.pictures import read_ppm, write_png
from jobdash.demo.work.task import Result, Slice, Steps, Task

ROWS_PER_SLICE = 8


def resize_image(task: Task) -> Steps:
    """Params: `source` (a prepared input), `source_url` (for messages), `width`, `height`."""
    width, height = task.number("width", 480), task.number("height", 320)
    yield Slice(0, height, "Reading the source")
    source = task.shelf.find(task.text("source", "photo.ppm"))
    if source is None:
        raise FileNotFoundError(f"Source file not found: {task.text('source_url')}")
    picture = read_ppm(source)
    task.log(f"read {picture.width} x {len(picture.rows)} pixels")
    columns = [x * picture.width // width * 3 for x in range(width)]
    rows: list[bytes] = []
    while len(rows) < height:
        for y in range(len(rows), min(height, len(rows) + ROWS_PER_SLICE)):
            row = picture.rows[y * len(picture.rows) // height]
            rows.append(b"".join(row[x : x + 3] for x in columns))
        yield Slice(len(rows), height, f"Resizing, row {len(rows)} of {height}")
    write_png(task.folder / "resized.png", width, rows)
    size = (task.folder / "resized.png").stat().st_size
    task.log(f"wrote {width} x {height} pixels, {size:,} bytes")
    return Result({"width": width, "height": height, "format": "png", "bytes": size}, ("resized.png",))
