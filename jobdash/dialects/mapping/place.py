"""On which line of a TOML file a key stands. tomllib does not tell, and people need it to mend a file."""

import re

Keys = tuple[str | int, ...]

HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
ENTRY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
LONG_TEXT = re.compile(r'"""|' + "'''")


def line_of(text: str, keys: Keys) -> int:
    """The line (from 1) of the key, or of the nearest table around it; 1 when nothing of it is written."""
    wanted = tuple(str(key) for key in keys if isinstance(key, str))
    best, depth = 1, 0
    for number, path, rest in entries(text):
        shared = common(path, wanted)
        if shared < len(path):
            continue
        inside = wanted[shared] if shared < len(wanted) else None
        if inside and re.search(rf"""[{{,\s]["']?{re.escape(inside)}["']?\s*=""", rest):
            shared += 1
        if shared > depth:
            best, depth = number, shared
    return best


def entries(text: str) -> list[tuple[int, tuple[str, ...], str]]:
    """Every header and every entry with its line, its whole path, and what is written behind it."""
    found: list[tuple[int, tuple[str, ...], str]] = []
    table: tuple[str, ...] = ()
    inside_text = False
    for number, line in enumerate(text.splitlines(), 1):
        was_inside, inside_text = inside_text, inside_text ^ (len(LONG_TEXT.findall(line)) % 2 == 1)
        if was_inside:
            continue
        if header := HEADER.match(line):
            table = split(header[2])
            found.append((number, table, ""))
        elif entry := ENTRY.match(line):
            found.append((number, table + split(entry[1]), line[entry.end() :]))
    return found


def split(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in PART.findall(dotted))


def common(path: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    """How many leading parts are the same."""
    same = 0
    for ours, theirs in zip(path, wanted, strict=False):
        if ours != theirs:
            break
        same += 1
    return same
