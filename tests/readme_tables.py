"""The tables of README that are made from the code: `python -m tests.readme_tables` writes them, a test compares."""

from pathlib import Path

from jobdash.client.dialect import Dialect
from jobdash.client.registry import Registry
from jobdash.dialects.mapping.load import load_mapping
from jobdash.tui.actions import markdown_table

README = Path(__file__).resolve().parent.parent / "README.md"


def dialect_table() -> str:
    """One row a kind of server, as its own capabilities tell."""
    lines = [
        "| kind | `dialect` | lists jobs | news by | statistics | logs | actions |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, kind in Registry(load_mapping).usable().items():
        dialect = kind("server")
        able = dialect.capabilities
        yes = {True: "yes", False: "–"}
        actions = ", ".join(action.value for action in able.actions) or "–"
        lines.append(
            f"| {kind.title} | `{name}` | {yes[able.list]} | {_news(dialect)} "
            f"| {yes[able.queues]} | {yes[able.logs]} | {actions} |"
        )
    return "\n".join(lines) + "\n"


def _news(dialect: Dialect) -> str:
    able = dialect.capabilities
    feed = "WebSocket" if able.feed and dialect.feed().socket is not None else "feed"
    ways = [(able.feed, feed), (able.stream, "SSE"), (able.long_poll, "long poll")]
    poll = f"poll {dialect.poll:g} s" + (f" to {dialect.poll_most:g} s" if dialect.poll_most else "")
    return ", ".join([*(name for has, name in ways if has), poll])


TABLES = {"keys": markdown_table, "dialects": dialect_table}


def with_tables(text: str) -> str:
    """README with every table made anew."""
    for name, table in TABLES.items():
        before, begin, rest = text.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition(f"<!-- end {name} -->")
        text = before + begin + table() + end + after
    return text


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")
