"""The terminal tools that were made for one engine each, to be measured beside jobdash. What does not install skips."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.engines import test_bullmq, test_celery
from tests.engines.installed import node_with
from tests.terminal import Terminal

CLIPBOARD = "export const spawn = () => {};\n"
"""All that `bullmq-tui` needs of Bun, for which it is written; so it runs on Node, where Bun cannot be installed."""


@contextmanager
def celery_events(engine: test_celery.Celery) -> Iterator[Terminal]:
    """Shows only events that come while it runs: it must be there before the tasks are."""
    command = [str(engine.python), "-m", "celery", "--workdir", str(engine.processes.folder), "-A", "celery_app"]
    with Terminal([*command, "events"], env=engine.processes.env) as terminal:
        terminal.wait_for("No task|UUID|uuid", 30)
        yield terminal


@contextmanager
def bmq(engine: test_bullmq.BullMq) -> Iterator[Terminal]:
    """Opened on the completed jobs of the queue, as jobdash shows them without being asked."""
    folder = node_with("bmq", Path(__file__).parent, "bullmq-tui@0.1.4", "tsx@4")
    bun = folder / "node_modules" / "bun"
    bun.mkdir(exist_ok=True)
    (bun / "package.json").write_text('{"name": "bun", "type": "module", "main": "index.js"}')
    (bun / "index.js").write_text(CLIPBOARD)
    program = folder / "node_modules" / "bullmq-tui" / "src" / "index.tsx"
    redis = ("--redis-host", "127.0.0.1", "--redis-port", str(engine.redis))
    with Terminal([str(folder / "node_modules" / ".bin" / "tsx"), str(program), *redis]) as terminal:
        terminal.wait_for("mail")
        for key in ("j", "enter", "L", "L", "L"):
            terminal.press(key)
            terminal.watch(0.5)
        yield terminal
