"""What the mappings ask: methods, paths, parameters and bodies, for every source, action and form."""

from pathlib import Path

import pytest

from jobdash.client.dialect import DialectOptions, Request, StreamEvent
from jobdash.model.command import Action, Command
from jobdash.model.errors import BadAnswer, ConfigError, NotFound, NotSupported, Rejected
from jobdash.model.job import Job, JobKey, Json
from jobdash.model.report import JobReport
from jobdash.model.state import State
from tests.dialects.asking import SHIPPED, Prepared, shipped, written


def command(action: Action, id: str = "a", state: str = "active", reason: str | None = None) -> Command:
    return Command(key=JobKey("s", id), action=action, seen_native_state=state, reason=reason)


def known(native: str) -> Job:
    return Job(key=JobKey("s", "a"), state=State.RUNNING, native_state=native)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("compileo", "/api/v1/jobs/status/a"),
        ("jobstatus", "/api/jobs/a"),
        ("mend", "/api/v1/jobs/a"),
        ("filelens", "/preview/status/a"),
        ("pollapi", "/a"),
    ],
)
async def test_one_job_is_asked_for_at_the_documented_path(kind: str, path: str) -> None:
    ask = Prepared(None)
    with pytest.raises(BadAnswer):
        await shipped(kind).job(ask, "a")
    assert ask.requests == [Request(path=path)]


@pytest.mark.parametrize(
    ("id", "segment"),
    [
        ("a/b", "a%2Fb"),
        ("a?b=c#d", "a%3Fb%3Dc%23d"),
        ("a b", "a%20b"),
        ("..", "%2E%2E"),
        ("größe", "gr%C3%B6%C3%9Fe"),
        ("a%2Fb", "a%252Fb"),
        ("{id}", "%7Bid%7D"),
    ],
)
async def test_an_id_is_never_another_path(id: str, segment: str) -> None:
    ask = Prepared({"success": True, "job_id": id, "status": "running"})
    await shipped("compileo").job(ask, id)
    assert ask.last.path == f"/api/v1/jobs/status/{segment}"
    await shipped("jobstatus").send(ask, command(Action.DELETE, id))
    assert ask.last.path == f"/api/jobs/{segment}"
    assert shipped("compileo").stream(id).path == f"/api/v1/jobs/status/{segment}/stream"


@pytest.mark.parametrize("id", ["", "a\udcff"])
async def test_an_impossible_id_is_not_found_without_asking(id: str) -> None:
    ask = Prepared({})
    with pytest.raises(NotFound):
        await shipped("jobstatus").job(ask, id)
    assert not ask.requests


@pytest.mark.parametrize(("wait", "asked"), [(30, 30), (0.2, 1), (1000, 300), (27.4, 27)])
async def test_a_long_poll_waits_within_what_the_server_allows(wait: float, asked: int) -> None:
    ask = Prepared({"job_id": "a", "status": "completed"})
    report = await shipped("compileo").long_poll(ask, "a", known("running"), wait)
    assert report.job.state is State.COMPLETED
    assert ask.last.path == "/api/v1/jobs/status/a/poll"
    assert ask.last.query == {"timeout": asked, "current_status": "running"}
    assert ask.last.wait >= asked - 0.5
    await shipped("compileo").long_poll(ask, "a", None, wait)
    assert "current_status" not in ask.last.query


@pytest.mark.parametrize("action", [Action.PAUSE, Action.RESUME, Action.CANCEL])
async def test_actions_of_the_job_status_api(action: Action) -> None:
    ask = Prepared({"success": True, "message": f"Job {action}d successfully", "job": {"id": "a"}})
    words = await shipped("jobstatus").send(ask, command(action))
    assert words == f"Job {action}d successfully"
    assert ask.requests == [Request(path="/api/jobs/a", method="PUT", json={"action": str(action)}, changes=True)]


@pytest.mark.parametrize("action", [Action.CANCEL, Action.RESTART])
async def test_actions_of_compileo(action: Action) -> None:
    ask = Prepared({"message": "fine"})
    assert await shipped("compileo").send(ask, command(action)) == "fine"
    assert shipped("compileo").request_of(command(action)) == ask.last
    assert ask.requests == [Request(path=f"/api/v1/jobs/{action}/a", method="POST", changes=True)]


def test_rules_say_where_actions_are_possible_and_what_confirms_them() -> None:
    rules = shipped("compileo").capabilities.actions
    assert set(rules) == {Action.CANCEL, Action.RESTART}
    assert rules[Action.CANCEL].valid_from == {"pending", "running"}
    assert rules[Action.CANCEL].confirmed_by == {State.CANCELLED}
    assert rules[Action.RESTART].valid_from == {"failed", "cancelled"}
    rules = shipped("jobstatus").capabilities.actions
    assert rules[Action.PAUSE].valid_from == {"waiting", "active"}
    assert rules[Action.RESUME].valid_from == {"paused"}
    assert rules[Action.CANCEL].valid_from == {"waiting", "active", "paused"}
    assert rules[Action.CANCEL].gone_confirms
    assert rules[Action.DELETE].gone_confirms


@pytest.mark.parametrize("body", [{"success": False, "message": "No way"}, {"message": "No way"}])
async def test_an_answer_without_success_is_a_no(body: object) -> None:
    with pytest.raises(Rejected, match="No way"):
        await shipped("jobstatus").send(Prepared(body), command(Action.PAUSE))


@pytest.mark.parametrize("body", [[], "no", 5, {"success": []}])
async def test_an_odd_answer_to_an_action_is_a_no_in_words(body: object) -> None:
    with pytest.raises(Rejected, match="s said no"):
        await shipped("jobstatus").send(Prepared(body), command(Action.PAUSE))


async def test_an_empty_answer_to_an_action_is_accepted() -> None:
    assert await shipped("jobstatus").send(Prepared(None, status=204), command(Action.DELETE)) == (
        "s accepted it (HTTP 204)"
    )


async def test_what_a_kind_cannot_do_it_says() -> None:
    mend, ask = shipped("mend"), Prepared({})
    assert not mend.capabilities.actions
    for asked in (
        mend.send(ask, command(Action.PAUSE)),
        mend.page(ask, None),
        mend.queues(ask),
        mend.workers(ask),
        mend.logs(ask, "a"),
        mend.long_poll(ask, "a", None, 5),
    ):
        with pytest.raises(NotSupported):
            await asked
    with pytest.raises(NotSupported):
        mend.stream("a")
    with pytest.raises(NotSupported):
        mend.feed()


def test_a_persons_config_gives_paths_and_base() -> None:
    options = DialectOptions(base="/media/", paths={"stream": "/{id}/events"})
    mend = shipped("mend", options)
    assert mend.capabilities.stream
    assert mend.stream("a") == Request(path="/media/a/events")
    elsewhere = shipped("mend", DialectOptions(paths={"stream": "//events/{id}"}))
    assert elsewhere.stream("a").path == "/events/a"
    whole = shipped("mend", DialectOptions(paths={"stream": "/api/v1/jobs/{id}/sse"}))
    assert whole.stream("a").path == "/api/v1/jobs/a/sse"
    assert shipped("jobstatus", DialectOptions(base="")).probe == Request(path="", query={"limit": 1})


async def test_a_persons_config_moves_the_listing_or_turns_it_off() -> None:
    ask = Prepared({"jobs": []})
    await shipped("jobstatus", DialectOptions(paths={"list": "/all"})).page(ask, None)
    assert ask.last.path == "/api/jobs/all"
    off = shipped("jobstatus", DialectOptions(paths={"list": "off"}))
    assert not off.capabilities.list
    with pytest.raises(NotSupported):
        await off.page(ask, None)


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        ({"strem": "/x"}, "did you mean `stream`"),
        ({"list": "/x"}, r"Mend has no \[list\]"),
        ({"stream": "/{ix}"}, "nothing fills {ix}"),
    ],
)
def test_a_path_that_cannot_be_is_refused(paths: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        shipped("mend", DialectOptions(paths=paths))


async def test_the_listing_of_the_job_status_api_is_read_page_by_page() -> None:
    entry = {"id": "a", "status": "active"}
    ask = Prepared(
        {"jobs": [entry] * 3, "total": 5, "limit": 3, "offset": 0, "queueStats": {"waiting": 1}},
        {"jobs": [entry] * 2, "total": 5, "limit": 3, "offset": 3},
    )
    dialect = shipped("jobstatus")
    first = await dialect.page(ask, None)
    assert ask.last == Request(path="/api/jobs", query={"limit": 100, "offset": 0})
    assert (len(first.reports), first.total, first.queues[0].depth) == (3, 5, 1)
    last = await dialect.page(ask, first.next)
    assert ask.last.query == {"limit": 100, "offset": 3}
    assert last.next is None


async def test_what_lives_is_listed_state_by_state() -> None:
    def listed(state: str, *ids: str) -> Json:
        return {"jobs": [{"id": id, "status": state} for id in ids], "total": 3, "limit": 2}

    ask = Prepared(listed("waiting", "a", "b"), listed("waiting", "c"), *(listed("x") for _ in range(3)))
    dialect, asked = shipped("jobstatus"), list[tuple[object, object]]()
    cursor: str | None = ""
    while cursor is not None:
        cursor = (await dialect.live_page(ask, cursor)).next
        asked.append((ask.last.query["status"], ask.last.query["offset"]))
    assert asked == [("waiting", 0), ("waiting", 2), ("active", 0), ("paused", 0), ("stuck", 0)]
    assert dialect.lists_live and not shipped("compileo").lists_live


async def test_a_listing_leaves_out_what_is_no_job_and_says_so() -> None:
    page = await shipped("jobstatus").page(Prepared({"jobs": [5, {"id": 7, "status": "active"}, {}], "total": 3}), None)
    assert [report.job.id for report in page.reports] == ["7"]
    assert len(page.problems) == 2
    with pytest.raises(BadAnswer, match="job as an object, got 5"):
        await shipped("jobstatus").page(Prepared({"jobs": [5]}), None)
    with pytest.raises(BadAnswer, match="/api/jobs: jobs: expected a list of jobs"):
        await shipped("jobstatus").page(Prepared({"error": "x"}), None)


LISTED = 'title = "x"\n[job]\nid = "id"\nstate = "s"\n[list]\npath = "/l"\nitems = "js"\n'
JOBS = [{"id": "1", "s": "x"}, {"id": "2", "s": "x"}]


async def test_paging_by_page_ends_at_a_short_page(tmp_path: Path) -> None:
    dialect = written(tmp_path, LISTED + 'paging = "page"\nfirst_page = 0\nsize = 2\nsize_param = "n"\n')
    ask = Prepared({"js": JOBS}, {"js": JOBS[:1]})
    page = await dialect.page(ask, None)
    assert ask.last.query == {"page": 0, "n": 2}
    page = await dialect.page(ask, page.next)
    assert ask.last.query == {"page": 1, "n": 2}
    assert page.next is None


async def test_a_server_that_cuts_its_pages_without_a_word_is_listed_to_its_end(tmp_path: Path) -> None:
    dialect = written(tmp_path, LISTED + 'total = "all"\npaging = "page"\nsize = 5\nsize_param = "n"\n')
    jobs = [{"id": str(number), "s": "x"} for number in range(7)]
    for real, pages in ((2, [1, 2, 3, 4]), (5, [1, 2])):
        ask = Prepared(*({"js": jobs[at : at + real], "all": 7} for at in range(0, real * len(pages), real)))
        found = list[str]()
        cursor: str | None = ""
        while cursor is not None:
            page = await dialect.page(ask, cursor)
            found, cursor = [*found, *(report.job.id for report in page.reports)], page.next
        assert found == [str(number) for number in range(7)]
        assert [request.query["page"] for request in ask.requests] == pages


async def test_paging_by_cursor_ends_without_one_or_when_it_stands_still(tmp_path: Path) -> None:
    dialect = written(tmp_path, LISTED + 'paging = "cursor"\nnext = "more"\ncursor_param = "after"\n')
    ask = Prepared({"js": JOBS, "more": "x:y"}, {"js": JOBS, "more": "x:y"}, {"js": JOBS, "more": None})
    page = await dialect.page(ask, None)
    assert ask.last.query == {}
    page = await dialect.page(ask, page.next)
    assert ask.last.query == {"after": "x:y"}
    assert page.next is None
    assert (await dialect.page(ask, None)).next is None


async def test_paging_by_link_takes_only_the_query_of_an_address(tmp_path: Path) -> None:
    dialect = written(tmp_path, LISTED + 'paging = "link"\n')
    header = '<http://evil.example/other?page=2&x=a%26b>; rel="next", <http://h/l?page=9>; rel="last"'
    ask = Prepared({"js": JOBS}, headers={"link": header})
    page = await dialect.page(ask, None)
    await dialect.page(ask, page.next)
    assert ask.last == Request(path="/l", query={"page": "2", "x": "a&b"})
    body = written(tmp_path, LISTED + 'paging = "link"\nnext = "next"\n')
    ask = Prepared({"js": JOBS, "next": "http://h/l?offset=2"}, {"js": JOBS, "next": None})
    page = await body.page(ask, None)
    page = await body.page(ask, page.next)
    assert ask.last.query == {"offset": "2"}
    assert page.next is None


async def test_queues_are_listed_one_after_the_other(tmp_path: Path) -> None:
    text = LISTED.replace('"/l"', '"/q/{queue}"') + 'queues = ["a/b", "c"]\npaging = "page"\nsize = 2\n'
    dialect = written(tmp_path, text)
    ask = Prepared({"js": JOBS}, {"js": []}, {"js": JOBS[:1]})
    asked, cursor = [], None
    for _ in range(5):
        page = await dialect.page(ask, cursor)
        asked.append((ask.last.path, ask.last.query["page"], [report.job.queue for report in page.reports]))
        cursor = page.next
        if cursor is None:
            break
    assert asked == [("/q/a%2Fb", 1, ["a/b"] * 2), ("/q/a%2Fb", 2, []), ("/q/c", 1, ["c"])]
    found = written(tmp_path, text.replace('queues = ["a/b", "c"]\n', "") + '[queues]\npath = "/q"\nname = "n"\n')
    ask = Prepared([{"n": "z"}], {"js": JOBS[:1]})
    assert (await found.page(ask, None)).reports[0].job.queue == "z"
    assert ask.last.path == "/q/z"


async def test_the_filelens_form() -> None:
    filelens = shipped("filelens")
    (form,) = filelens.forms
    assert (form.retries, form.retry_delay) == (3, 5)
    ask = Prepared({"success": True, "message": "Job created successfully", "job_id": "550e"})
    values = {"input": "a.pdf", "options": {"width": 1920}}
    assert await filelens.submit(ask, form, values) == ("550e", "Job created successfully")
    body = {"input": "a.pdf", "output_format": "png", "options": {"width": 1920}}
    assert ask.requests == [Request(path="/preview/async", method="POST", json=body, changes=True)]
    with pytest.raises(Rejected, match="no such file"):
        await filelens.submit(Prepared({"success": False, "message": "no such file"}), form, values)
    with pytest.raises(BadAnswer, match="the new job's id"):
        await filelens.submit(Prepared({"success": True}), form, values)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "input is needed"),
        ({"input": 5}, "input must be text"),
        ({"input": "a", "options": "x"}, "options must be a JSON object"),
        ({"input": "a", "inputs": "x"}, "has no field inputs"),
    ],
)
async def test_values_that_a_form_does_not_allow_are_never_sent(values: dict[str, object], words: str) -> None:
    filelens, ask = shipped("filelens"), Prepared({})
    with pytest.raises(ConfigError, match=words):
        await filelens.submit(ask, filelens.forms[0], values)
    assert not ask.requests


async def test_the_mend_forms() -> None:
    mend = shipped("mend")
    forms = {form.name: form for form in mend.forms}
    places = {"source_bucket": "b", "source_key": "in.jpg", "dest_bucket": "b", "dest_key": "out.jpg"}
    ask = Prepared({"job_id": "j"})
    id, _ = await mend.submit(ask, forms["resize"], {**places, "width": 800, "height": 600})
    assert id == "j"
    assert ask.last.path == "/api/v1/jobs/image/resize"
    assert ask.last.json == {**places, "width": 800, "height": 600}
    values = {**places, "operation": "video/cut up", "parameters": {"from": 5}}
    await mend.submit(ask, forms["operation"], values)
    assert ask.last.path == "/api/v1/jobs/video/cut%20up"
    assert ask.last.json == {**places, "from": 5}
    for bad in ("../../admin", "a//b", ""):
        with pytest.raises(ConfigError):
            await mend.submit(ask, forms["operation"], {**values, "operation": bad})


async def test_a_body_is_a_template(tmp_path: Path) -> None:
    text = """
    title = "x"
    [job]
    state = "s"
    [get]
    path = "/{id}"
    [actions.cancel]
    send = "POST /x"
    query = { job = "{id}" }
    json = { job = "{id}", list = ["{state}", 5], why = "{reason}", words = "because: {reason}" }
    [submit.new]
    send = "POST /new"
    json = { kind = "t", args = { n = "{n}", s = "{s}" }, label = "n={n}" }
    [submit.new.fields]
    n = { type = "int", required = true }
    s = {}
    """
    dialect, ask = written(tmp_path, text), Prepared({"id": 5})
    await dialect.send(ask, command(Action.CANCEL, "a b", reason="late"))
    assert ask.last.query == {"job": "a b"}
    assert ask.last.json == {"job": "a b", "list": ["active", 5], "why": "late", "words": "because: late"}
    await dialect.send(ask, command(Action.CANCEL))
    assert "why" not in ask.last.json
    assert (await dialect.submit(ask, dialect.forms[0], {"n": 3}))[0] == "5"
    assert ask.last.json == {"kind": "t", "args": {"n": 3}, "label": "n=3"}


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("jobstatus", {"error": "Failed to pause job", "details": "Job is already completed"}, None),
        ("jobstatus", {"error": "Job not found"}, "Job not found"),
        ("compileo", {"detail": "Job not found"}, "Job not found"),
        ("compileo", {"detail": [{"loc": ["query", "timeout"], "msg": "too long"}]}, "too long"),
        ("mend", {"error": "API key is required"}, "API key is required"),
        ("filelens", {"success": False, "message": "no"}, "no"),
        ("pollapi", {"errorMessage": "no"}, "no"),
        ("pollapi", "<html>", None),
        ("pollapi", None, None),
    ],
)
def test_a_servers_own_explanation(kind: str, body: object, words: str | None) -> None:
    if kind == "jobstatus" and words is None:
        words = "Failed to pause job: Job is already completed"
    assert shipped(kind).error_message(400, body) == words


async def test_logs_inside_the_job_or_at_a_path(tmp_path: Path) -> None:
    ask = Prepared({"job": {"id": "a", "status": "active", "logs": ["x", {"message": "y", "level": "WARN"}]}})
    lines = await shipped("jobstatus").logs(ask, "a")
    assert [(line.text, line.level) for line in lines] == [("x", None), ("y", "warning")]
    text = 'title = "x"\n[job]\nstate = "s"\n[get]\npath = "/{id}"\n[logs]\npath = "/{id}/log"\nitems = "lines"\n'
    dialect = written(tmp_path, text)
    lines = await dialect.logs(Prepared({"lines": "[2024-01-21 10:30:00] ERROR: no\nINFO yes\nError in x"}), "a")
    assert [(line.text, line.level) for line in lines] == [("no", "error"), ("yes", "info"), ("Error in x", None)]
    assert lines[0].at is not None
    assert await dialect.logs(Prepared("nothing of it"), "a") == ()


async def test_workers(tmp_path: Path) -> None:
    text = """
    title = "x"
    [job]
    state = "s"
    [get]
    path = "/{id}"
    [workers]
    path = "/w"
    items = "ws"
    [workers.worker]
    name = "n"
    queues = "qs"
    heartbeat_at = { at = "hb", unit = "http" }
    alive = "ok"
    """
    body = {"ws": [{"n": 5, "qs": "q", "hb": "Sun, 21 Jan 2024 11:30:00 GMT", "ok": True}, {"qs": ["x"]}]}
    (worker,) = await written(tmp_path, text).workers(Prepared(body))
    assert (worker.name, worker.queues, worker.heartbeat_at, worker.alive) == ("5", ("q",), 1705836600, True)
    with pytest.raises(BadAnswer, match="workers"):
        await written(tmp_path, text).workers(Prepared({"ws": [1]}))


PROBES = {
    "compileo": {"pending_jobs": 1, "running_jobs": 0, "total_jobs": 1, "queue_health": None},
    "jobstatus": {"jobs": [], "queueStats": {}},
}
JOBS_OF = {
    "compileo": {"job_id": "a", "status": "running", "progress": 5, "current_step": None},
    "jobstatus": {"job": {"id": "a", "status": "active"}, "queueStats": {}},
    "mend": {"id": "a", "type": "x", "status": "pending", "created_at": "x", "updated_at": "x"},
    "filelens": {"job_id": "a", "status": "pending", "message": "x"},
    "pollapi": {"jobId": "a", "status": "pending"},
}


@pytest.mark.parametrize("body", [*PROBES.values(), *JOBS_OF.values()])
async def test_a_kind_is_recognised_by_its_answers_and_only_by_them(body: object) -> None:
    owner = next(kind for table in (PROBES, JOBS_OF) for kind, sample in table.items() if sample is body)
    answer = await Prepared(body)(Request(path="/"))
    fitting = [path.stem for path in SHIPPED.glob("*.toml") if shipped(path.stem).matches(answer)]
    assert fitting == [owner]


async def test_hosts_that_answer_anything_are_nobody() -> None:
    bodies: list[object] = [None, [], {}, "<html>", {"status": "ok"}, 5]
    for body in bodies:
        answer = await Prepared(body)(Request(path="/"))
        assert not any(shipped(path.stem).matches(answer) for path in SHIPPED.glob("*.toml"))


def test_recommendations_of_the_makers() -> None:
    found = {
        path.stem: (d.poll, d.deadline, d.poll_limit, d.key_header)
        for path in SHIPPED.glob("*.toml")
        if (d := shipped(path.stem))
    }
    assert found["filelens"] == (2, 300, None, None)
    assert found["pollapi"] == (2, None, 30, None)
    assert found["mend"] == (2, None, None, "X-API-Key")
    assert (found["compileo"][0], shipped("compileo").poll_most, found["jobstatus"][0]) == (1, 30, 5)


PER_QUEUE = """
title = "x"
[job]
id = "id"
id_per_queue = true
state = "s"
[get]
path = "/{queue}/{id}"
absent = "error"
[list]
path = "/{queue}"
items = "js"
queues = ["a/b", "c"]
[actions.cancel]
send = "DELETE /{queue}/jobs/{id}"
"""


async def test_equal_ids_in_two_queues_are_two_jobs(tmp_path: Path) -> None:
    dialect = written(tmp_path, PER_QUEUE)
    ask = Prepared({"js": [{"id": 1, "s": "x"}]})
    first = await dialect.page(ask, None)
    second = await dialect.page(ask, first.next)
    ids = [page.reports[0].job.id for page in (first, second)]
    assert ids == ["a%2Fb/1", "c/1"]
    ask = Prepared({"id": 1, "s": "x"})
    report = await dialect.job(ask, ids[0])
    assert ask.last.path == "/a%2Fb/1"
    assert (report.job.id, report.problems) == (ids[0], ())
    await dialect.send(ask, command(Action.CANCEL, "c/x/y"))
    assert ask.last.path == "/c/jobs/x%2Fy"
    with pytest.raises(NotFound, match="QUEUE/ID"):
        await dialect.job(ask, "1")


async def test_a_job_that_is_absent_with_status_200_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such job here"):
        await written(tmp_path, PER_QUEUE).job(Prepared({"error": "no such job here"}), "c/1")


async def test_a_default_never_overwrites_what_a_stream_leaves_open() -> None:
    options = DialectOptions(paths={"stream": "/{id}/events"})
    report = shipped("filelens", options).read_event(StreamEvent(data='{"status": "processing"}'), "a")
    assert isinstance(report, JobReport)
    assert report.job.progress is None


async def test_a_long_poll_may_wrap_the_job_in_its_own_way(tmp_path: Path) -> None:
    text = 'title = "x"\n[job]\nid = "id"\nstate = "s"\n[get]\npath = "/{id}"\n[long_poll]\npath = "/{id}/w"\n'
    dialect = written(tmp_path, text + 'item = "changed"\ntimeout_param = "ms"\nunit = "ms"\n')
    ask = Prepared({"changed": {"id": "a", "s": "x"}})
    assert (await dialect.long_poll(ask, "a", None, 2)).job.native_state == "x"
    assert ask.last.query == {"ms": 2000}


def test_an_explanation_is_found_where_most_servers_put_it() -> None:
    assert shipped("jobstatus").error_message(400, {"error": True, "message": "no"}) == "no"


async def test_a_no_with_status_200_is_told_with_its_details() -> None:
    body = {"success": False, "error": "Failed to pause job", "details": "Job is already completed"}
    with pytest.raises(Rejected, match="Failed to pause job: Job is already completed"):
        await shipped("jobstatus").send(Prepared(body), command(Action.PAUSE))


async def test_a_queue_may_be_a_parameter(tmp_path: Path) -> None:
    text = LISTED + 'query = { queue = "{queue}" }\nqueues = ["a", "b"]\n'
    ask = Prepared({"js": JOBS})
    page = await written(tmp_path, text).page(ask, None)
    assert (ask.last.path, ask.last.query) == ("/l", {"queue": "a"})
    assert page.next is not None
