"""The query language: what each term means, and where it says that it does not understand."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobdash.engine.query import Context, Query, Use, parse, tree_of, written
from jobdash.engine.query.tree import And, Node, Not, Op, Or, Regex, Search, Term, Text
from jobdash.model.errors import QueryError
from jobdash.model.job import Detail, Job, JobKey
from jobdash.model.state import State
from tests.engine.query.jobs import NOW, QUERIES, context, job, jobs

STUCK = job(
    "j-1",
    server="prod",
    state=State.STUCK,
    native_state="running",
    type="email.send",
    queue="default",
    label="Welcome Zürich",
    worker="w3",
    progress=9.5,
    attempts=3,
    created_at=NOW - 7200,
    started_at=NOW - 7000,
    updated_at=NOW - 90,
    error="upstream timed out after 30 s",
)


def loaded(key: JobKey) -> Detail | None:
    data = {"customer": 42, "name": "Acme Ltd", "size": 12_000_000, "tags": ["a", "urgent"], "ok": True,
            "at": "2026-11-22T03:00:00Z", "items": [{"id": "x1"}], "nothing": None}  # fmt: skip
    return Detail(data=data, result={"pages": [3, 5]}) if key == STUCK.key else None


WORLD = Context(
    now=lambda: NOW,
    timer=lambda: 0.0,
    detail=loaded,
    stale=lambda key: key.server == "prod",
    gone=lambda key: False,
    marked=lambda key: key.id == "j-1",
)


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("", True),
        ("state:failed,stuck", True),
        ("state:failed", False),
        ("state:running", False),
        ("native_state:running", True),
        ("state:stu*", True),
        ("STATE:STUCK", True),
        ("type:email*", True),
        ("type:email", False),
        ("type=email.send", True),
        ("type!=email.send", False),
        ("type:/^email/", True),
        ("kind:email?send", True),
        ("queue:default server:prod", True),
        ("queue:other server:prod", False),
        ("age>1h", True),
        ("age>1h59m59s", True),
        ("age>2h", False),
        ("age>=2h", True),
        ("age<1d", True),
        ("age>7199", True),
        ("runtime>1h56m runtime<1h57m", True),
        ("wait:*", True),
        ("wait=200", None),
        ("wait>=200 wait<=200", True),
        ("idle>1m", True),
        ("progress<10", True),
        ("progress<=9.5% progress>=9.5", True),
        ("progress:9.5,10", True),
        ("attempts>=3", True),
        ("max_attempts>=0", False),
        ('max_attempts:""', True),
        ("max_attempts:*", False),
        ('error:"timed out"', True),
        ('error="timed out"', False),
        ("error:TIMED*30", True),
        ("created>2026-11-22T01:00", True),
        ("created>2026-11-22", True),
        ("created<2026-11-22", False),
        ("created:2026-11-22", True),
        ("created:2026-11-22T01", True),
        ("created:2026-11-22T01:12", True),
        ("created:2026-11-22T01:13", False),
        ("created<=2026-11-22T01:12", True),
        ('created>"2026-11-22 02:00+01:00"', True),
        ("created<-30m", True),
        ("created>-30m", False),
        ("created<+30m", True),
        ("finished:*", False),
        ("data.customer:42", True),
        ("data.customer:43", False),
        ("data.customer>=42", True),
        ('data.name:"acme ltd"', True),
        ("data.name:acme*", True),
        ("data.size>10MB data.size<12MiB", True),
        ("data.tags:urgent", True),
        ("data.items[0].id:x1", True),
        ("data.items.0.id:x1", True),
        ("data.items.7.id:x1", False),
        ("data.ok:true", True),
        ("data.at>2026-11-22T02:00", True),
        ("data.nothing:*", False),
        ("data.customer:*", True),
        ("result.pages:5", True),
        ("-worker:w3", False),
        ("-worker:w4", True),
        ("--worker:w3", True),
        ("/upstream.*[0-9]+ s/", True),
        ("/UPSTREAM/", True),
        (r"/a\/b/", False),
        ("timed", True),
        ("TIMED out", True),
        ("zürich", True),
        ("nothing or timed", True),
        ("nothing or nowhere", False),
        ("nothing OR (timed and w3)", True),
        ("-(nothing or timed)", False),
        ("tim*d", True),
        ('"tim*d"', False),
        ('"a \\"b\\" c"', False),
        ("is:stale", True),
        ("is:marked is:active", True),
        ("is:gone", False),
        ("is:overdue,stuck", True),
        ("runtime>p95", False),
        ("id:j-1", True),
        ("id:j-*", True),
        ("id:j", False),
    ],
)
def test_what_a_query_means(text: str, matches: bool | None) -> None:
    if matches is None:
        with pytest.raises(QueryError):
            Query(text, WORLD)
    else:
        assert Query(text, WORLD).matches(STUCK) is matches


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ('a "b', 2, "not closed"),
        ("a /b", 2, "not closed by `/`"),
        ("/a/b", 3, "a space"),
        ("(a", 0, "not closed"),
        ("a)", 1, "never opened"),
        ("()", 1, "before `)`"),
        ("a or", 4, "too early"),
        ("or a", 0, "before `or`"),
        ("- a", 0, "means not"),
        ("a -", 2, "means not"),
        ("colour:red", 0, "no field `colour`"),
        ("a stat:red", 2, "did you mean `state`"),
        ("state:", 6, "a value is missing"),
        ("state:a,", 8, "a value is missing"),
        ("state>failed", 6, "asked for with `:`"),
        (">5", 0, "a field is missing"),
        ("age:1h", 4, "compared with < or >"),
        ("age>soon", 4, "such as 1h30m"),
        ("progress<half", 9, "a number"),
        ("progress>p95", 9, "percentiles are known of runtime and wait"),
        ("created>yesterday", 8, "2026-11-22"),
        ("created:-30m", 8, "compared with"),
        ("created>2026-13-40", 8, "a moment"),
        ("age>1h,2h", 7, "several values"),
        ("is:stail", 3, "did you mean is:stale?"),
        ("is>stale", 3, "followed by `:`"),
        ("data:42", 0, "such as data.customer"),
        ("/(a+)+b/", 0, "forever"),
        ("type:/(a|a)*/", 5, "forever"),
        ("/(/", 0, "not understood"),
        ("(" * 60, 50, "inside each other"),
    ],
)
def test_what_is_wrong_and_where(text: str, position: int, says: str) -> None:
    with pytest.raises(QueryError, match=re.escape(says)) as caught:
        parse(text)
    assert caught.value.position == position


ATOMS = st.sampled_from(
    ["state", "age", "type", "data.x", "is", ":", ">", "<=", "!=", "=", "1h", "p95", "failed", "-", "(", ")", " ",
     " or ", "and", '"', '"a b"', "/", "/a.*b/", "*", "?", ",", "\\", "10MB", "-30m", "2026-11-22", "Zürich",
     "\x00", "\ud800"]
)  # fmt: skip
TEXTS = st.text(max_size=40) | st.lists(ATOMS, max_size=14).map("".join)


@settings(max_examples=1500, deadline=None)
@given(TEXTS, jobs)
def test_any_text_parses_or_says_where_not(text: str, found: Job) -> None:
    try:
        query = Query(text, context())
    except QueryError as error:
        assert 0 <= error.position <= len(text)
        assert error.problem
    else:
        assert query.matches(found) in (True, False)
        query.next_turn(found, NOW)


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
def test_a_query_written_and_read_again_is_the_same(text: str) -> None:
    try:
        tree = tree_of(text)
    except QueryError:
        return
    assert tree_of(written(tree)) == tree


@pytest.mark.parametrize("word", ["timeout", '"timed out"', "/time.*/"])
def test_a_space_ends_the_values_of_a_field(word: str) -> None:
    assert tree_of(f"state:failed {word}") == And((tree_of("state:failed"), _moved(tree_of(word), 13)))


def _moved(tree: Node, position: int) -> Node:
    assert isinstance(tree, Search)
    return Search(replace(tree.value, position=position))


def test_the_tree_of_the_whole_grammar() -> None:
    tree = tree_of('state:failed,stuck -worker:w3 (a or /b/) error:"timed out"')
    assert tree == And(
        (
            Term("state", Op.IS, (Text("failed"), Text("stuck"))),
            Not(Term("worker", Op.IS, (Text("w3"),))),
            Or((Search(Text("a")), Search(Regex("b")))),
            Term("error", Op.IS, (Text("timed out", quoted=True),)),
        )
    )


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(QUERIES), jobs, st.integers(1, 5000))
def test_between_two_turns_no_answer_changes(text: str, found: Job, seconds: int) -> None:
    now = [NOW]
    world = Context(now=lambda: now[0], timer=lambda: 0.0)
    query = Query(text, world)
    before, turn = query.matches(found), query.next_turn(found, NOW)
    now[0] = NOW + seconds
    if turn is None or turn > now[0]:
        assert query.matches(found) is before
    now[0] = NOW
    if not query.timed:
        assert turn is None


def test_what_a_query_looks_at_besides_the_job() -> None:
    assert parse("data.x:1").uses == {Use.DETAILS}
    assert parse("is:stale or is:gone").uses == {Use.SERVERS, Use.GONE}
    assert parse("-is:marked").uses == {Use.MARKS}
    assert parse("runtime>p95").uses == {Use.PERCENTILES}
    assert not parse("state:failed").uses
    assert parse("age>1h").timed
    assert not parse("created>2026-11-22").timed


def test_percentiles_are_those_of_the_same_type() -> None:
    world = context()
    for seconds in range(1, 101):
        ended = job(
            str(seconds), state=State.COMPLETED, type="a", started_at=NOW - 500, finished_at=NOW - 500 + seconds
        )
        world.percentiles.learn(None, ended)
    assert not Query("runtime>p95", world).matches(job(type="a", started_at=NOW - 97))
    assert world.percentiles.settle()
    assert not world.percentiles.settle()
    query = Query("runtime>p95", world)
    assert query.matches(job(type="a", started_at=NOW - 97))
    assert not query.matches(job(type="a", started_at=NOW - 95))
    assert not query.matches(job(type="b", started_at=NOW - 97))
    assert query.next_turn(job(type="a", started_at=NOW - 95), NOW) == NOW + 1
