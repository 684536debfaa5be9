"""`jobdash check` by the rules of the screen, over real HTTP: the server's own word, and rules about one queue."""

import json
from pathlib import Path

import pytest

from tests.acting.by_command import command
from tests.client.scripted import Peer, Received, answer, serving

pytestmark = pytest.mark.usefixtures("home")


async def stats(request: Received, peer: Peer) -> None:
    health = {"status": "degraded", "resource_utilization": "optimal"}
    told = {"pending_jobs": 2, "running_jobs": 1, "failed_jobs": 0, "total_jobs": 3, "queue_health": health}
    await peer.send(answer(json.dumps(told)))


async def queues(request: Received, peer: Peer) -> None:
    path = request.target.partition("?")[0]
    told = {"queues": [{"name": "emails", "count": 40, "queued_url": ""}, {"name": "other", "count": 1}]}
    await peer.send(answer(json.dumps(told if "queues" in path else {"jobs": [], "pagination": {}})))


async def test_the_servers_own_word_counts() -> None:
    async with serving(stats) as server:
        code, said = await command("check", "--server", server.url, "--dialect", "compileo")
    assert code == 1, said
    assert said.startswith("JOBDASH WARNING - ")
    assert "the server says degraded" in said


async def test_a_rule_about_one_queue(home: Path) -> None:
    rule = '[[alerts]]\nname = "mails"\nmetric = "depth"\nqueue = "emails"\nthreshold = 30\nseverity = "critical"\n'
    async with serving(queues) as server:
        table = f'[[servers]]\nname = "work"\nurl = "{server.url}"\ndialect = "rq"\n'
        (home / "CONFIG" / "jobdash" / "config.toml").write_text(table + rule)
        code, said = await command("check")
    assert code == 2, said
    assert "emails: 40 jobs waiting" in said
