"""Many jobs by one command, over real HTTP: the same canary, pace and stop as on the screen, and every job told of."""

import asyncio
import json
import signal
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from jobdash.engine.journal import read
from jobdash.engine.wishes import wishes
from tests.acting.by_command import configured, ended, started
from tests.acting.farm import farm, until
from tests.acting.test_bulk import IDS, refusing
from tests.client.scripted import Peer, answer


def records(out: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


async def test_a_canary_that_goes_wrong_stops_the_command(home: Path) -> None:
    async with farm(*IDS) as crawl:
        configured(home, crawl)
        crawl.on_change = refusing(*IDS)
        process = await started("cancel", "--query", "state:running", "--yes", "--rate", "500", "--json")
        code, out, said = await ended(process)
        assert code == 1, said
        assert len(crawl.changes) == 5
        told = records(out)
        assert Counter(record["phase"] for record in told) == {"refused": 5, "left alone": 35}
        assert {record["id"] for record in told} == set(IDS)
        assert "5 first as a canary" in said
        assert "5 refused, 35 left alone; stopped: the canary did not go well" in said
    lines = list(read(home / "STATE" / "jobdash" / "audit.jsonl"))
    assert lines[0]["phase"] == "bulk begins"
    assert lines[-1]["phase"].startswith("bulk ended: the canary did not go well")
    assert lines[-1]["counts"] == {"refused": 5, "left alone": 35}


async def test_all_go_well_with_the_reason_and_without_a_canary(home: Path) -> None:
    async with farm(*IDS) as crawl:
        configured(home, crawl, 'env = "prod"', "[bulk]\ncanary = 0\nrate = 1000")
        process = await started("cancel", "--query", "state:running", "--yes", "--rate", "500", "--reason", "flood")
        code, out, said = await ended(process)
        assert code == 0, said
        assert sorted(crawl.changes) == sorted(IDS)
        assert len(out.splitlines()) == 40
        assert "canary" not in said
        assert "cancel: 40 done" in said
    assert {line["reason"] for line in read(home / "STATE" / "jobdash" / "audit.jsonl")} == {"flood"}


async def test_the_rate_of_a_server_holds_and_is_told(home: Path) -> None:
    async with farm(*IDS[:3]) as crawl:
        configured(home, crawl, "rate = 60")
        process = await started("cancel", *(f"crawl/{id}" for id in IDS[:3]), "--yes", "--rate", "500")
        code, _, said = await ended(process)
        assert code == 0, said
        assert "20 a second (3 requests each, of 60 a second) on crawl" in said


async def test_a_server_that_asks_for_patience_gets_it_from_all_and_the_person_is_told(home: Path) -> None:
    patience, arrived = 6.0, list[float]()

    def impatient(id: str, peer: Peer) -> bytes | None:
        arrived.append(asyncio.get_running_loop().time())
        return answer("{}", "429 Too Many Requests", retry_after=f"{patience:g}") if len(arrived) == 3 else None

    async with farm(*IDS[:6]) as crawl:
        configured(home, crawl, "", "[bulk]\ncanary = 0")
        crawl.on_change = impatient
        process = await started("cancel", *(f"crawl/{id}" for id in IDS[:6]), "--yes", "--rate", "2", "--json")
        code, out, said = await ended(process)
        assert code == 1, said
        assert Counter(record["phase"] for record in records(out)) == {"confirmed": 5, "refused": 1}
        assert len(arrived) == 6
        assert max(later - earlier for earlier, later in pairwise(arrived)) >= patience
        assert "crawl asks to be left alone for 6 s" in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_interrupted_in_the_middle(home: Path, number: signal.Signals) -> None:
    async with farm(*IDS) as crawl:
        configured(home, crawl)
        crawl.delay = 0.05
        process = await started("cancel", "--query", "state:running", "--yes", "--rate", "100", "--json")
        await until(lambda: len(crawl.changes) >= 10)
        process.send_signal(number)
        code, out, said = await ended(process)
        assert code == 128 + number, said
        assert "Traceback" not in said
        await crawl.hung_up()
        sent = len(crawl.changes)
        counts = Counter(record["phase"] for record in records(out))
        assert counts.total() == 40
        assert counts["left alone"] == 40 - sent
        assert "stopped" in said
    told = list(wishes(read(home / "STATE" / "jobdash" / "audit.jsonl")))
    assert sorted(wish.get("job") for wish in told if wish.sent) == sorted(crawl.changes)


async def test_a_reader_that_leaves_stops_the_bulk_and_that_is_told(home: Path) -> None:
    async with farm(*IDS) as crawl:
        configured(home, crawl)
        crawl.delay = 0.05
        process = await started("cancel", "--query", "state:running", "--yes", "--rate", "100", shell="| head -1")
        code, out, said = await ended(process)
        assert (code, len(out.splitlines())) == (1, 1), said
        assert "stopped: nobody reads standard output any more" in said
        sent = len(crawl.changes)
        assert 5 <= sent < 40
        assert f"{sent} done, {40 - sent} left alone" in said
        assert "Traceback" not in said


async def test_a_disk_that_is_full_stops_the_bulk_in_one_sentence(home: Path) -> None:
    async with farm(*IDS) as crawl:
        configured(home, crawl)
        process = await started("cancel", "--query", "state:running", "--yes", "--rate", "100", shell="> /dev/full")
        code, _, said = await ended(process)
        assert code == 1, said
        assert said.splitlines()[-1] == "jobdash: standard output cannot be written: No space left on device"
        assert "Traceback" not in said
        assert 0 < len(crawl.changes) < 40


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
async def test_without_the_usual_files_it_is_done_and_written_down_all_the_same(home: Path, closed: str) -> None:
    async with farm(*IDS[:1]) as crawl:
        configured(home, crawl)
        code, _, said = await ended(await started("cancel", f"crawl/{IDS[0]}", "--yes", shell=closed))
        assert (code, crawl.changes, "Traceback" in said) == (0, list(IDS[:1]), False), said
    lines = list(read(home / "STATE" / "jobdash" / "audit.jsonl"))
    assert [line["phase"] for line in lines] == ["sending", "accepted", "confirmed"]
