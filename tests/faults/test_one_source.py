"""One question that a server fails to answer, while it answers the others: only what it is about is missing."""

from jobdash.dialects.mapping.load import parse_mapping
from jobdash.dialects.mapping.plan import Plan
from jobdash.model.server import Phase
from tests.client.scripted import always, answer
from tests.faults.conftest import PATIENT, link_to, until, watching
from tests.faults.farm import SINGLE_JOBS, farming

WITH_STATISTICS = Plan(
    parse_mapping(
        SINGLE_JOBS.replace('[stream]\npath = "/jobs/{id}/events"\nat = { at = "updated_at", unit = "s" }\n', "")
        + '[queues]\npath = "/stats"\ndepth = "waiting"\n'
    )
)


async def test_statistics_that_fail_stop_neither_the_server_nor_its_jobs() -> None:
    async with farming("a") as farm:
        farm.fault = always(answer('{"error": "no statistics today"}', "500 Internal Server Error"))
        farm.concerns = lambda path: path.startswith("/stats")
        link = link_to(farm.url, "sick", plan=WITH_STATISTICS, timeouts=PATIENT)
        async with watching(link, jobs=("a",)) as watch:
            await until(lambda: watch.progress("sick", "a") == 0, "the job")
            await until(lambda: bool(watch.status("sick").message), "the remark")
            status = watch.status("sick")
            assert status.phase is Phase.LIVE
            assert status.message is not None and status.message.startswith("no queue statistics: ")
            farm.put("a", progress=40)
            await until(lambda: watch.progress("sick", "a") == 40, "news of the job")
