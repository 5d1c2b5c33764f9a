"""Nobody is chased wrongly in a year in which people and schools change: found by one who knows no rules of ours."""

from collections import Counter
from typing import Any

import pytest

from contracts.calendar import TermName
from rehearsal.play import Programme
from tests.support.chasers import wrong_chasers
from tests.support.played_years import played_by_people
from tests.support.sample import ROLL, TERMS

OLD_WORKER, NEW_WORKER, TEACHER = "sw4@council.example", "noor.aziz@council.example", "dt.900010@school.example"
WORDS = {"words": "Invented."}
SECTIONS = {
    "social_worker": ("about_child", "care_and_views", "voice"),
    "designated_teacher": ("attainment", "targets", "attendance_and_support", "grant", "voice"),
}


def _row(at: str, what: str, **facts: Any) -> dict[str, Any]:
    return {"at": at, "child": "C005", "term": "autumn", "what": what, **facts}


def _act(at: str, action: str, by: str, **fields: Any) -> dict[str, Any]:
    return _row(at, "accepted", action=action, body={"action": action, "by": by, **fields})


def _letter(at: str, kind: str, to: str, address: str | None = None, **facts: Any) -> dict[str, Any]:
    usual = {"social_worker": NEW_WORKER if at >= "2026-10-09" else OLD_WORKER, "designated_teacher": TEACHER}
    usual["team_manager"] = "manager.north@council.example"
    return _row(at, "letter", kind=kind, to=to, meant=to, address=address or usual.get(to, "vs@x.example"), **facts)


def _all_of(at: str, by: str) -> list[dict[str, Any]]:
    return [_act(at, "submit", by, section=section, content=WORDS) for section in SECTIONS[by]]


STORY = [
    _row("2026-09-03T00:00:00+01:00", "opened"),
    _row("2026-09-03T00:00:00+01:00", "deadline", name="review_due", on="2026-11-25"),
    _act("2026-09-07T10:00:00+01:00", "arrange_meeting", "social_worker", on="2026-10-07"),
    _row("2026-09-07T10:00:00+01:00", "stage", stage="preparing"),
    _row("2026-09-07T10:00:00+01:00", "deadline", name="review_due", on="2026-10-07"),
    _letter("2026-09-16T08:00:00+01:00", "review_due", "designated_teacher"),
    _letter("2026-09-23T08:00:00+01:00", "before_meeting", "designated_teacher"),
    _act("2026-09-28T10:00:00+01:00", "move_meeting", "social_worker", on="2026-10-14"),
    _row("2026-09-28T10:00:00+01:00", "deadline", name="review_due", on="2026-10-14"),
    _letter("2026-10-07T08:00:00+01:00", "before_meeting", "designated_teacher"),
    _act("2026-10-09T09:30:00+01:00", "change_person", "team_manager", role="social_worker", email=NEW_WORKER, name="N",
         **{"from": "2026-10-09"}),
    _row("2026-10-14T00:00:00+01:00", "stage", stage="meeting_due"),
    _letter("2026-10-15T08:00:00+01:00", "did_it_take_place", "designated_teacher"),
    _act("2026-10-15T16:00:00+01:00", "record_meeting", "designated_teacher", held=True, on="2026-10-14"),
    _row("2026-10-15T16:00:00+01:00", "stage", stage="completing"),
    *_all_of("2026-10-16T16:00:00+01:00", "designated_teacher"),
    _letter("2026-10-19T08:00:00+01:00", "completion_nudge", "social_worker"),
    *_all_of("2026-11-02T10:00:00+00:00", "social_worker"),
    _act("2026-11-02T10:00:00+00:00", "next_meeting", "social_worker", on="2027-02-03"),
    _row("2026-11-02T10:00:00+00:00", "stage", stage="signing"),
    _letter("2026-11-02T10:00:00+00:00", "signature_asked", "social_worker"),
    _act("2026-11-04T16:00:00+00:00", "sign", "designated_teacher"),
    _letter("2026-11-05T08:00:00+00:00", "escalation", "team_manager", level=1),
    _act("2026-11-09T11:00:00+00:00", "pause", "virtual_school"),
    _row("2026-11-09T11:00:00+00:00", "stage", stage="paused"),
    _act("2026-11-16T11:00:00+00:00", "resume", "virtual_school"),
    _row("2026-11-16T11:00:00+00:00", "stage", stage="signing"),
    _act("2026-11-18T10:00:00+00:00", "leave_care", "social_worker", on="2026-11-30"),
]  # fmt: skip
"""A child of Widmer End, closed on 22 and 23 October and in half term until the 30th: every chaser is right."""


def test_a_journal_in_which_every_chaser_is_right_has_no_wrong_one() -> None:
    assert wrong_chasers(STORY, TERMS, ROLL) == []


@pytest.mark.parametrize(
    ("sort", "letter"),
    [
        ("a", _letter("2026-10-22T08:00:00+01:00", "completion_overdue", "head_teacher")),
        ("a", _letter("2026-10-24T08:00:00+01:00", "completion_overdue", "social_worker")),
        ("b", _letter("2026-10-19T08:00:00+01:00", "completion_nudge", "designated_teacher")),
        ("b", _letter("2026-11-05T08:00:00+00:00", "completion_overdue", "designated_teacher")),
        ("b", _letter("2026-10-16T08:00:00+01:00", "did_it_take_place", "social_worker")),
        ("c", _letter("2026-09-30T08:00:00+01:00", "review_due", "designated_teacher")),
        ("c", _letter("2026-10-05T08:00:00+01:00", "before_meeting", "designated_teacher")),
        ("c", _letter("2026-10-08T08:00:00+01:00", "did_it_take_place", "social_worker")),
        ("d", _letter("2026-11-10T08:00:00+00:00", "completion_overdue", "social_worker")),
        ("d", _letter("2026-11-30T08:00:00+00:00", "completion_overdue", "social_worker")),
        ("e", _letter("2026-10-20T10:00:00+01:00", "completion_overdue", "social_worker")),
        ("e", _letter("2026-11-03T10:00:00+00:00", "signature_asked", "social_worker")),
        ("f", _letter("2026-10-20T08:00:00+01:00", "completion_overdue", "social_worker", OLD_WORKER)),
    ],
)
def test_a_letter_that_should_not_have_been_sent_is_found(sort: str, letter: dict[str, Any]) -> None:
    broken = sorted([*STORY, letter], key=lambda row: row["at"])
    found = wrong_chasers(broken, TERMS, ROLL)
    assert sort in {one.sort for one in found}
    assert {(one.at, one.kind, one.to) for one in found} == {(letter["at"], letter["kind"], letter["to"])}


@pytest.mark.parametrize(("people", "seed"), [("typical", 27), ("slow", 23)])
async def test_A3_M6_nobody_is_chased_wrongly_while_children_move_and_people_change(people: str, seed: int) -> None:
    """Ten children for a term, by two seeds in which there is everything: two kinds of moves, and handovers."""
    roll = b"".join(ROLL.splitlines(keepends=True)[:11])
    rows, _ = await played_by_people(Programme(TERMS, roll, "2026/27", TermName.AUTUMN, people=people, seed=seed))
    done = Counter(row["action"] for row in rows if row["what"] == "accepted")
    assert min(done["change_person"], done["change_school"], done["move_meeting"]) > 0, "otherwise this shows nothing"
    assert sum(row["what"] == "letter" for row in rows) > 50
    assert wrong_chasers(rows, TERMS, roll) == []
