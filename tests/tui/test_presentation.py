"""Cells, ages, bars, columns and panes, without a screen."""

import re
from dataclasses import replace
from datetime import UTC
from itertools import pairwise

import pytest

from jobdash.engine.monitor import DetailView
from jobdash.model.command import Action, Command, Outcome, Phase
from jobdash.model.job import Detail, Job
from jobdash.model.queue import QueueStats
from jobdash.model.server import Phase as ServerPhase
from jobdash.model.state import State
from jobdash.tui.presentation import age, attempts, bar, detail, row, server_line, server_words
from jobdash.tui.presentation.age import Moment, Times
from jobdash.tui.presentation.columns import DEFAULT
from jobdash.tui.presentation.confirm import question
from jobdash.tui.presentation.empty import lines as empty_lines
from jobdash.tui.presentation.layout import layout
from jobdash.tui.presentation.spans import Line, text_of, width_of
from jobdash.tui.presentation.states import PHASES, STATES, look
from tests.tui.still_monitor import DETAIL, FAILED, JOBS, MONOTONIC, NOW, SERVERS, job, server

MOMENT = Moment(NOW, MONOTONIC)


def text(lines: "list[Line] | tuple[Line, ...]") -> str:
    return "\n".join(text_of(line) for line in lines)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "now"),
        (-0.5, "now"),
        (45, "45s"),
        (60, "1m"),
        (3599, "59m"),
        (3720, "1h02"),
        (36000, "10h"),
        (172800, "2d"),
        (4e8, "12y"),
        (-90, "+1m"),
    ],
)
def test_short_ages(seconds: float, told: str) -> None:
    assert age.short(seconds) == told


def test_ages_never_need_more_than_their_column() -> None:
    width = next(column.width for column in DEFAULT if column.id == "age")
    steps = [x * 1.37 for x in range(0, 4000)] + [x * 997.0 for x in range(0, 40000)]
    assert max(len(age.short(seconds)) for seconds in steps) <= width
    assert max(len(age.short(-seconds)) for seconds in steps) <= width


def test_absurd_times_are_told_not_raised() -> None:
    assert age.clock(1e30, MOMENT) == "?"
    assert age.full(-1e30, NOW, UTC) == "?"
    assert age.full(NOW, NOW, UTC) == "03:12:44Z"
    assert age.full(NOW - 90000, NOW, UTC) == "2026-11-21 02:12:44Z"


def test_every_state_and_phase_has_its_own_look() -> None:
    assert set(STATES) == set(State)
    assert set(PHASES) == set(ServerPhase)
    assert len({look.glyph for look in STATES.values()}) == len(State)


def test_an_unknown_state_keeps_its_native_name() -> None:
    assert look(job("s", "1", State.UNKNOWN, native_state="HIBERNATING")).word == "HIBERNATING"


@pytest.mark.parametrize(
    ("percent", "drawn"),
    [(0, "────"), (0.1, "╸───"), (50, "━━──"), (62.5, "━━╸─"), (99.9, "━━━╸"), (100, "━━━━"), (900, "━━━━")],
)
def test_bars_are_exact_to_half_a_cell(percent: float, drawn: str) -> None:
    assert text_of(bar.bar(percent, 4)) == drawn


@pytest.mark.parametrize("width", range(30, 240))
@pytest.mark.parametrize("times", [Times.RELATIVE, Times.UTC])
def test_columns_never_overlap_nor_leave_the_screen(width: int, times: Times) -> None:
    placed = layout(width, times)
    assert [p.column.id for p in placed][:2] == ["state", "job"]
    for one, other in pairwise(placed):
        assert one.x + one.width < other.x
    if width >= 59:
        assert placed[-1].x + placed[-1].width <= width
        assert placed[-1].column.id == "says"


@pytest.mark.parametrize("size", [None, 6])
def test_a_column_of_clock_times_says_whose_clock_whatever_its_size(size: int | None) -> None:
    columns = [replace(column, size=size) if column.id == "age" else column for column in DEFAULT]
    titles = {times: {p.column.title for p in layout(120, times, columns=columns)} for times in Times}
    assert "UTC" in titles[Times.UTC]
    assert "LOCAL" in titles[Times.LOCAL]
    assert "AGE" in titles[Times.RELATIVE]


def test_a_server_name_is_not_cut_where_there_is_room() -> None:
    widths = {placed.column.id: placed.width for placed in layout(79, without={"says"}, wants={"server": 8})}
    assert widths["server"] == 8
    assert "try" in widths


@pytest.mark.parametrize("known", JOBS, ids=lambda known: known.id.encode("ascii", "replace").decode())
@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_cells_fit_their_columns(known: Job, width: int) -> None:
    for placed in layout(width):
        assert width_of(placed.column.cell(known, MOMENT, placed.width)) <= placed.width


def test_huge_texts_cost_nothing() -> None:
    huge = job("s", "x" * 10_000_000, State.FAILED, error="boom " * 1_000_000)
    assert text_of(row.id_cell(huge, MOMENT, 8)) == "…" + "x" * 7
    assert text_of(row.says_cell(huge, MOMENT, 9)) == "boom boo…"


def test_strip_says_what_is_wrong_and_what_is_last_known() -> None:
    shown = server_line.strip(SERVERS, MONOTONIC, 120, 8)
    assert "down 2m  connection refused, next try 8s" in text_of(shown[2])
    assert "POLL 5s" in text_of(shown[1])
    assert all(width_of(line) <= 120 for line in shown)


def test_strip_with_too_many_servers_keeps_the_worst() -> None:
    many = [server(f"s{n}", "x") for n in range(30)] + [server("bad", "x", ServerPhase.DOWN, message="refused")]
    shown = server_line.strip(many, MONOTONIC, 100, 5)
    assert len(shown) == 5
    assert "bad" in text_of(shown[0])
    assert "and 27 more" in text_of(shown[-1])


def test_folded_strip_names_the_worst() -> None:
    assert text_of(server_line.folded(SERVERS, MONOTONIC)).startswith("✖ media down 2m  ● 2 live")
    assert server_line.folded((), MONOTONIC) == ()


def test_the_line_of_all_servers_says_where_a_listing_is_cut() -> None:
    whole, cut = (server("docs", "x", listed=listed, total=total) for listed, total in ((7, 7), (100_000, 2_310_114)))
    untold = server("mend", "x", listed=500, cut=True)
    assert "only" not in text_of(server_line.folded((whole,), MONOTONIC))
    assert text_of(server_line.folded((whole, cut), MONOTONIC)).endswith("  100,000 of 2,310,114")
    assert text_of(server_line.folded((untold,), MONOTONIC)).endswith("  first 500 only")
    assert text_of(server_line.folded((untold, cut), MONOTONIC)).endswith("  2 listed in part")


@pytest.mark.parametrize("phase", list(ServerPhase))
def test_every_phase_has_its_word_on_the_line(phase: ServerPhase) -> None:
    told = text_of(server_line.line(server("s", "k", phase, message="why"), MONOTONIC, 100, (4, 4, 0)))
    assert phase is ServerPhase.LIVE or phase.value in told
    assert "why" in told


def test_a_live_line_says_what_is_cut_and_whose_clock_is_wrong() -> None:
    odd = server("s", "k", ServerPhase.LIVE, skew=-12.0, listed=100_000, total=2_310_114)
    told = text_of(server_line.line(odd, MONOTONIC, 100, (4, 4, 0)))
    assert told.endswith("clock -12s  100,000 of 2,310,114")
    fine = server("s", "k", ServerPhase.LIVE, skew=3.0, listed=10, total=10)
    assert "clock" not in text_of(server_line.line(fine, MONOTONIC, 100, (4, 4, 0)))


def subject(known: Job, outcome: Outcome | None = None, **flags: bool) -> detail.Subject:
    return detail.Subject(known, DETAIL, outcome, MONOTONIC - 5, flags.get("stale", False), flags.get("gone", False))


def whole(of: detail.Subject, width: int = 60) -> list[Line]:
    return [*detail.header(of, MOMENT, width), *detail.overview(of, MOMENT, width)]


def test_detail_tells_everything() -> None:
    shown = text(whole(subject(JOBS[0])))
    for part in (
        "✖ failed  4 min ago, attempt 3 of 3",
        "TimeoutError",
        "65%",
        "worker-2",
        "waited    5s",
        "ran       1m12",
    ):
        assert part in shown
    assert "pages_per_second  1.5" in shown
    assert "details read just now" in shown


def test_detail_lists_results_but_not_without_end() -> None:
    rich = replace(JOBS[0], results=tuple(f"/results/page-{n}.json" for n in range(1000)))
    shown = text(whole(subject(rich)))
    assert "/results/page-0.json" in shown
    assert "and 992 more" in shown


@pytest.mark.parametrize("known", JOBS, ids=lambda known: known.id.encode("ascii", "replace").decode())
@pytest.mark.parametrize("width", [20, 38, 78])
def test_no_line_of_the_detail_is_too_wide(known: Job, width: int) -> None:
    of = subject(known, stale=True)
    for line in (*whole(of, width), *attempts.lines(of, MOMENT, width)):
        assert width_of(line) <= width


def test_detail_says_stale_gone_and_outcome() -> None:
    command = Command(key=FAILED, action=Action.RESTART, seen_native_state="failed")
    told = Outcome(command=command, phase=Phase.ACCEPTED, message="queued again")
    shown = text(whole(subject(JOBS[0], told, stale=True), 70))
    assert "not live: this is the last that is known, heard 5 s ago" in shown
    assert "restart  requested → accepted …" in shown
    refused = replace(told, phase=Phase.REFUSED, message="it is running again")
    assert "requested → refused" in text(whole(subject(JOBS[0], refused, gone=True), 70))


def test_the_question_says_what_goes_where() -> None:
    asked = question(Action.CANCEL, JOBS[0], SERVERS[0], "POST /cancel/1", 60)
    said = text(asked.lines)
    assert asked.title == "Cancel this job on docs?"
    assert FAILED.id in said
    assert re.search(r"sends POST /cancel/1 to docs \(http://docs\.example/api\)", said.replace("\n", " "))
    assert asked.safe == "Keep the job"


def test_every_kind_of_nothing_says_its_case_and_a_key() -> None:
    down = [server("media", "x", ServerPhase.DOWN, message="connection refused")]
    assert "connection refused" in text(empty_lines(down, "", 0, 80))
    assert "esc shows all" in text(empty_lines(SERVERS, "zzz", 17, 80))
    assert "No server" in text(empty_lines([], "", 0, 80))
    assert "queues are empty" in text(empty_lines(SERVERS, "", 0, 80))
    assert "first jobs" in text(empty_lines([server("a", "x", ServerPhase.CONNECTING)], "", 0, 80))


def test_the_error_is_told_once() -> None:
    known = job("docs", "x", State.FAILED, error="ValueError: bad page")
    view = DetailView(detail=Detail(traceback="Traceback (most recent call last):\n  x\nValueError: bad page"))
    shown = text(detail.overview(replace(subject(known), detail=view), MOMENT, 60))
    assert shown.count("ValueError: bad page") == 1 and "Traceback" in shown


def test_the_strip_says_what_was_not_understood_and_what_a_server_cannot_list() -> None:
    known = SERVERS[0]
    odd = replace(known, status=replace(known.status, bad_answers=3))
    assert "3 not understood" in text(server_line.strip([odd], MONOTONIC, 200, 5))
    assert "not understood" not in text(server_line.strip([known], MONOTONIC, 200, 5))
    blind = replace(known, capabilities=replace(known.capabilities, list=False, feed=False), counts={})
    assert "cannot list its jobs: i adds ids" in text(server_line.strip([blind], MONOTONIC, 200, 5))
    assert "cannot list" not in text(server_line.strip([replace(blind, counts={State.RUNNING: 1})], MONOTONIC, 200, 5))


def test_a_live_line_that_is_cut_says_so() -> None:
    live = replace(SERVERS[0], status=replace(SERVERS[0].status, message="no stream: " + "because " * 20))
    told = server_line.strip([live], MONOTONIC, 100, 5)[0]
    assert width_of(told) <= 100
    assert text_of(told).endswith("…  h tells all")


def test_zero_is_told_and_unknown_is_blank() -> None:
    idle = replace(SERVERS[0], counts={State.RUNNING: 1}, queue=None)
    blind = replace(idle, counts={}, queue=QueueStats(depth=0, running=2))
    other = replace(idle, name="other", counts={State.COMPLETED: 12}, queue=None)
    shown = [text_of(line) for line in server_line.strip([idle, blind, other], MONOTONIC, 120, 8)]
    assert "◌ 0  ▶ 1  ✔  0  ✖ 0" in shown[0]
    assert "◌ 0  ▶ 2" in shown[1]
    blind = replace(blind, capabilities=replace(blind.capabilities, list=False, feed=False))
    told = text_of(server_line.strip([blind, other], MONOTONIC, 120, 8)[0])
    assert "◌ 0  ▶ 2" in told
    assert "✔" not in told
    assert "✖" not in told


def test_what_a_server_says_of_itself_is_told_in_full() -> None:
    queue = QueueStats(scheduled=1, retrying=0, cancelled=2, total=98, notes=(("queue type", "redis"), ("cache", "12")))
    said = text(list(server_words.lines([queue], 100)))
    assert "it says: cancelled 2   total 98   queue type redis   cache 12" in said
    live = replace(SERVERS[0], status=replace(SERVERS[0].status, message="no stream: " + "because " * 20))
    assert text(list(server_words.remarked(live, 60))).count("because") == 20


def test_no_line_breaks_inside_one_of_a_servers_words() -> None:
    notes = (("resource utilization", "optimal"), ("limit enforcement", "active"))
    told = [text_of(line) for line in server_words.lines([QueueStats(total=98, notes=notes)], 46)]
    assert [line.strip() for line in told] == [
        "it says: total 98",
        "resource utilization optimal",
        "limit enforcement active",
    ]


def test_ages_on_a_screen_at_rest_go_in_steps() -> None:
    told = [age.steady(seconds) for seconds in (0, 9.9, 10, 19, 59.9, 60, 3720)]
    assert told == ["<10s", "<10s", "10s", "10s", "50s", "1m", "1h02"]


def test_the_age_of_a_job_that_ended_goes_in_steps_and_that_of_a_live_one_does_not() -> None:
    def told(state: State) -> str:
        seen = replace(JOBS[0], state=state, created_at=NOW - 34, started_at=NOW - 34, finished_at=None)
        ended = replace(seen, finished_at=NOW - 34 if state.ended else None, updated_at=NOW - 34)
        return text_of(row.age_cell(ended, MOMENT, 5)).strip()

    assert (told(State.COMPLETED), told(State.FAILED), told(State.RUNNING)) == ("30s", "30s", "34s")
