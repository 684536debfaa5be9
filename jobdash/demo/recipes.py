"""What the producer orders: for each face, kinds of work with inputs of many sizes, some of them bad.

Pure: the same random numbers give the same orders.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from jobdash.demo.jobs import HIGH, LOW, NORMAL, Order
from jobdash.demo.queues import default_queue

WHOLE_LIBRARY = ""
PACKAGES = ("asyncio", "email", "encodings", "json", "logging", "unittest", "xml", *[WHOLE_LIBRARY] * 5)
DOCUMENTS = ("argparse.py", "heapq.py", "inspect.py", "json/decoder.py", "tarfile.py", "typing.py")
FACES = ("compileo", "jobstatus", "filelens", "mend", "pollapi")
ON_FILES = {
    "hash-files": "sha256 of",
    "compress-files": "compress",
    "count-words": "words of",
    "index-modules": "index of",
    "check-archive": "archive of",
}


def order_for(face: str, random: Random) -> Order:
    """A random order for a face; about one in ten has bad input."""
    return RECIPES[face](random)


def quick_order(face: str, random: Random, *, good: bool) -> Order:
    """A small order for the history at the start, which ends as wished."""
    queue = default_queue(face).name
    if face == "mend":
        return _image(random, "photo.ppm" if good else "images/input.jpg", side=120, attempts=1)
    if face == "filelens":
        return _preview(random.choice(DOCUMENTS) if good else "truncated.zip", "txt")
    if good:
        return _on_files(face, queue, random, count=6)
    return _bad(face, queue, random)


def stuck_order(face: str) -> Order:
    """An order whose worker will fall silent, waiting for a lock."""
    queue, params = default_queue(face).name, {"package": "json", "count": 5, "patience": 90}
    return Order(face, queue, "wait-for-lock", params, "read json under a lock", HIGH, max_attempts=1)


def _documents(face: str) -> Callable[[Random], Order]:
    def recipe(random: Random) -> Order:
        queue = default_queue(face).name
        if random.random() < 0.1:
            return _bad(face, queue, random)
        count = random.choice((10, 20, 30, 45, 70, 250))
        return _on_files(face, queue, random, count)

    return recipe


def _on_files(face: str, queue: str, random: Random, count: int) -> Order:
    kind, package = random.choice(sorted(ON_FILES)), random.choice(PACKAGES)
    params = {"package": package, "count": count, "start": random.randint(1, 400)}
    priority = random.choice((HIGH, NORMAL, NORMAL, NORMAL, LOW))
    delay = random.choice((0.0,) * 9 + (20.0,))
    label = f"{ON_FILES[kind]} {package or 'the library'}"
    return Order(face, queue, kind, params, label, priority, delay)


def _bad(face: str, queue: str, random: Random) -> Order:
    kind = random.choice(("broken-archive", "broken-archive", "syntax-error", "missing-file"))
    if kind == "missing-file":
        return Order(face, queue, kind, {}, "read last quarter's report")
    if kind == "syntax-error":
        return Order(face, queue, kind, {}, "parse bad_syntax.py")
    shape, damage = random.choice(("zip", "tar", "gz")), random.choice(("truncated", "flipped"))
    params = {"package": "json", "count": 5, "format": shape, "damage": damage}
    return Order(face, queue, kind, params, f"check a {damage} {shape}")


def _previews(random: Random) -> Order:
    if random.random() < 0.1:
        return _preview(random.choice(("truncated.zip", "missing/notes.txt")), "png")
    return _preview(random.choice(DOCUMENTS), random.choice(("png", "png", "html", "txt")))


def _preview(name: str, kind: str) -> Order:
    params = {"input": name, "output_format": kind, "pages": 50, "width": 200}
    return Order("filelens", "previews", "preview-document", params, f"{kind} preview of {name}")


def _media(random: Random) -> Order:
    if random.random() < 0.3:
        return _on_files("mend", "media", random, random.choice((20, 40)))
    bad = random.random() < 0.1
    return _image(random, "images/input.jpg" if bad else "photo.ppm", random.choice((240, 480, 800)), 3)


def _image(random: Random, key: str, side: int, attempts: int) -> Order:
    size = {"width": side, "height": side * random.choice((2, 3)) // 4}
    url = f"s3://demo-images/{key}"
    submission = {
        "source_bucket": "demo-images",
        "source_key": key,
        "dest_bucket": "demo-images",
        "dest_key": f"resized/{side}.png",
        "type": "image_resize",
        "parameters": size,
    }
    params = {**size, "source": key, "source_url": url}
    label = f"image resize of {url}"
    return Order("mend", "images", "resize-image", params, label, max_attempts=attempts, submission=submission)


RECIPES: dict[str, Callable[[Random], Order]] = {
    "compileo": _documents("compileo"),
    "jobstatus": _documents("jobstatus"),
    "pollapi": _documents("pollapi"),
    "filelens": _previews,
    "mend": _media,
}
