"""A rehearsal from its files to its journal, in a house of its own (ACTS.md, Rehearsal)."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bench.invented_years import roll as invented_roll
from bench.invented_years import term_dates
from contracts.calendar import TermName
from rehearsal.acts_file import ActsFileError, read_acts
from rehearsal.play import NothingToPlay, Programme, play, scene_of
from tests.support import import_files
from tests.support.temporal_dev import roll_of
from tests.support.temporal_played import ROLL, TERMS

EVENTS_AT_MOST, ACTIONS_AT_MOST = 130, 30


@pytest.fixture(scope="module")
async def year() -> dict[str, Any]:
    """A whole year of one child with prompt people, after that the instants that were played."""
    instants: list[datetime] = []
    programme = Programme(TERMS, roll_of("C1"), "2026/27", people="prompt")
    played = await play(programme, lambda start, end, at: instants.append(at))
    return {**played, "instants": instants}


async def test_A8_a_child_without_a_school_place_is_played_and_no_school_is_paid() -> None:
    empty = dict.fromkeys(("school_urn", "school_name", "designated_teacher", "designated_teacher_email"), "")
    roll = import_files.roll_of({"child_ref": "C1", "year_group": "Y4", **empty})
    played = await play(Programme(TERMS, roll, "2026/27", TermName.AUTUMN, people="prompt"), lambda *_: None)
    assert "in_force" in [row["stage"] for row in played["journal"] if row["what"] == "stage"]
    assert {row["to"] for row in played["journal"] if row["what"] == "letter"} <= {"social_worker", "virtual_school"}
    assert [row for row in played["journal"] if row["what"] == "grant"] == []


def test_the_outcome_has_what_acts_md_says(year: dict[str, Any]) -> None:
    assert {"children", "reviews", "wall_seconds", "journal", "economy"} == year.keys() - {"instants"}
    assert (year["children"], year["reviews"]) == (1, 3)
    assert year["wall_seconds"] > 0
    assert {"events_per_review", "history_bytes_per_review", "actions_per_review"} == year["economy"].keys()


def test_A8_prompt_people_are_paid_in_every_term_within_the_caps(year: dict[str, Any]) -> None:
    grants = [(row["term"], row["pence"]) for row in year["journal"] if row["what"] == "grant"]
    assert [term for term, _ in grants] == ["autumn", "spring", "summer"]
    assert all(pence <= 50_000 for _, pence in grants)
    assert sum(pence for _, pence in grants) <= 150_000


def test_a_plan_is_closed_when_the_next_meeting_is_held(year: dict[str, Any]) -> None:
    closed = [row["term"] for row in year["journal"] if row["what"] == "closed"]
    assert closed == ["autumn", "spring"]


def test_a_review_costs_no_more_than_was_promised(year: dict[str, Any]) -> None:
    assert year["economy"]["events_per_review"] <= EVENTS_AT_MOST
    assert year["economy"]["actions_per_review"] <= ACTIONS_AT_MOST


def test_progress_is_told_in_order_of_time_and_within_the_stretch(year: dict[str, Any]) -> None:
    instants = year["instants"]
    stretch = scene_of(Programme(TERMS, ROLL, "2026/27"))
    assert instants == sorted(instants)
    assert stretch.start <= instants[0] < instants[-1] <= stretch.end


def test_the_stretch_goes_from_the_first_day_until_noon_after_the_last() -> None:
    year, term = Programme(TERMS, ROLL, "2026/27"), Programme(TERMS, ROLL, "2026/27", TermName.AUTUMN)
    assert scene_of(year).start == scene_of(term).start == datetime(2026, 9, 2, 23, tzinfo=UTC)
    assert scene_of(term).end == datetime(2026, 12, 19, 12, tzinfo=UTC)
    assert scene_of(year).end == datetime(2027, 7, 22, 11, tzinfo=UTC), "summer time"


def test_several_years_go_from_the_first_day_of_the_first_until_noon_after_the_last_of_the_last() -> None:
    years = Programme(term_dates(2026, 3), invented_roll(), "2026/27", until="2027/28")
    assert scene_of(years).start == datetime(2026, 9, 1, 23, tzinfo=UTC)
    assert scene_of(years).end == datetime(2028, 7, 20, 11, tzinfo=UTC), "and not the year after"
    with pytest.raises(NothingToPlay, match="have no 2029/30"):
        scene_of(replace(years, until="2029/30"))


def test_a_year_without_term_dates_is_nothing_to_play() -> None:
    with pytest.raises(NothingToPlay, match="have no 2031/32: choose one that the file has"):
        scene_of(Programme(TERMS, ROLL, "2031/32"))


def test_acts_that_cannot_be_played_are_refused_each_on_its_line_and_all_at_once() -> None:
    """Of this play nothing is before its first day, after its last instant, or about another child."""
    scene = scene_of(Programme(TERMS, roll_of("C1"), "2026/27", TermName.AUTUMN))
    lines = [
        ("2026-09-02T23:59", "C1"),
        ("2026-09-03T00:00", "C1"),
        ("2026-10-14T09:00", "C3"),
        ("2026-12-19T12:00", "C1"),
        ("2026-12-19T12:01", "C4"),
        ("soon", "C1"),
    ]
    outside = (
        "lies outside the time that is played, which goes from Thursday 3 September 2026, 00:00 until Saturday 19 "
        "December 2026, 12:00; choose a time within it."
    )
    with pytest.raises(ActsFileError) as error:
        read_acts("\n".join(f'{{"at": "{at}", "child": "{child}"}}' for at, child in lines), scene)
    assert error.value.sentences == [
        f"line 1: at: Wednesday 2 September 2026, 23:59 {outside}",
        "line 3: child: C3 is not on the roll; correct it.",
        f"line 5: at: Saturday 19 December 2026, 12:01 {outside}",
        "line 5: child: C4 is not on the roll; correct it.",
        "line 6: at: no instant; write it as 2026-10-14T09:00.",
    ]


def test_acts_are_read_in_order_of_time_and_those_of_one_instant_in_the_files_order() -> None:
    lines = ["2026-10-26T09:00", "2026-10-14T09:00+01:00", "2026-10-14T08:00Z", "2026-10-14T09:00"]
    acts = read_acts("\n\n".join(f'{{"at": "{at}", "child": "C{n}", "action": "sign"}}' for n, at in enumerate(lines)))
    assert [act.child for act in acts] == ["C1", "C2", "C3", "C0"]
    assert acts[0].at == datetime(2026, 10, 14, 8, tzinfo=UTC), "London is an hour ahead"
    assert acts[-1].at == datetime(2026, 10, 26, 9, tzinfo=UTC), "and here it is not"
    assert acts[0].act == {"action": "sign"}


def test_every_line_that_is_no_act_is_named() -> None:
    lines = [
        '{"at": "2026-10-14T09:00", "child": "C1"}',
        "no",
        "[1]",
        '{"at": "soon", "child": "C1"}',
        '{"child": 7}',
        '{"at": "9999-12-31T23:59-23:00"}',
    ]
    with pytest.raises(ActsFileError) as error:
        read_acts("\n".join(lines))
    assert error.value.sentences == [
        "line 2: not one JSON object; write one act a line.",
        "line 3: not one JSON object; write one act a line.",
        "line 4: at: no instant; write it as 2026-10-14T09:00.",
        "line 5: at: needed; say when the act is played, as 2026-10-14T09:00.",
        "line 5: child: no reference; write it as the roll does, in quotation marks.",
        "line 6: at: no instant; write it as 2026-10-14T09:00.",
        "line 6: child: needed; say whom the act is about.",
    ]


def test_a_line_ends_where_the_file_has_one_and_not_within_an_acts_words() -> None:
    (act,) = read_acts('{"at": "2026-10-14T09:00", "child": "C1", "words": "a\u2028b"}\r\n')
    assert act.act == {"words": "a\u2028b"}
