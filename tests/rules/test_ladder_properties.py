"""The ladder over random lives of a review: whoever acts whenever, no letter is too many, untrue or at the wrong door.

A life is a list of acts, many of which are refused, with days between them, in any of the terms of six real calendars.
"""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.calendar import TermName
from contracts.clock import LONDON
from contracts.people import SCHOOL_ROLES
from contracts.review import FINAL, GrantState, MissingPart, Section, Stage, Standing
from rules.calendar import first_school_day, is_school_day, is_working_day
from rules.ladder import Kind, letters_due, next_letter, still_true
from rules.missing import missing_parts, owed_by
from rules.progress import as_of, next_wake, settled
from tests.support.calendars import calendar, term
from tests.support.review_letters import Living, Written
from tests.support.reviews import DT, MANAGER, PASTORAL, SW, VS, at, content_of, grant, held_on, plan_of

CALENDARS = tuple(calendar(code) for code in ("staffordshire", "kayes", "phsg", "saint-gregorys"))
SAYS_SOMETHING_OF_ITS_OWN = {Kind.ARRANGE_MEETING, Kind.INVITATION, Kind.GRANT_RELEASED}
OF_THE_MOMENT = {Kind.INVITATION, Kind.SIGNATURE_ASKED, Kind.RETURNED, Kind.SIGN_OFF_DUE, Kind.GRANT_RELEASED}
ASKS = {Kind.BEFORE_MEETING, Kind.COMPLETION_NUDGE, Kind.SIGNATURE_ASKED, Kind.RETURNED}
ACTS = (
    *("go_on",) * 24,
    *("arrange", "move", "move", "agree", "held", "held", "not_held", "voice", "foreign"),
    *("submit", "submit", "grant", "draft", "check", "next", "sign", "proxy", "return", "return", "sign_off"),
)
"""Mostly what the process waits for, and among it everything that people do as well."""
acts = st.tuples(
    st.sampled_from(ACTS), st.integers(0, 20), st.sampled_from((0, 0, 0, 1, 1, 2, 3, 8, 20)), st.booleans()
)
lives = st.lists(acts, min_size=12, max_size=30)
plans = st.builds(
    lambda school, name, eligible, place, follows, year_group: plan_of(
        calendar=school,
        term=term(school, "2026/27", name),
        grant_eligible=eligible,
        has_school_place=place,
        follows_a_pep=follows,
        year_group=year_group,
    ),
    st.sampled_from(CALENDARS),
    st.sampled_from(TermName),
    st.booleans(),
    st.sampled_from((True, True, False)),
    st.booleans(),
    st.sampled_from(("Y6", "Y8")),
)


class Life(Living):
    """A review to which things happen; every standing that it had is kept, with the act that led to it."""

    def __init__(self, plan: Any) -> None:
        super().__init__(plan, at(plan.term.first_day, "00:00"))
        self.delegated = frozenset(Section)
        self.history: list[tuple[str, Standing]] = [("open", self.standing)]
        self.paid = 0

    def happens(self, act: str, number: int, days: int, by_teacher: bool) -> None:
        self.on(self.today + timedelta(days=days), "11:00" if by_teacher else "07:30")
        self.history.append(("clock", self.standing))
        for by, action, fields in self._acts(act, number, self.teacher if by_teacher else SW):
            before = self.standing
            accepted = self.tries(by, action, **fields)
            assert accepted or self.standing == before
            if accepted:
                self.history.append((action, self.standing))
        if self.standing.stage is Stage.PAYING and number % 2:
            self.paid += 1
            self.is_paid()
            self.history.append(("paid", self.standing))

    def _acts(self, act: str, number: int, by: Any) -> list[tuple[Any, str, dict[str, Any]]]:
        day = str(self.today + timedelta(days=number))
        section = list(Section)[number % len(Section)]
        signer = {"for": "social_worker" if number % 2 else "designated_teacher", "reason": "Illness."}
        few: dict[str, tuple[Any, str, dict[str, Any]]] = {
            "arrange": (SW, "arrange_meeting", {"on": day}),
            "move": (by, "move_meeting", {"on": day, "reason": "A hearing."}),
            "agree": (DT, "agree_date", {"agreed": bool(number % 2)}),
            "held": (by, "record_meeting", held_on(self.today - timedelta(days=number % 4), **self._record(number))),
            "not_held": (by, "record_meeting", {"held": False, "reason": "Illness."}),
            "submit": (by, "submit", {"section": section, "content": content_of(section)}),
            "grant": (self.teacher, "submit", {"section": Section.GRANT, "content": grant(number * 3_000)}),
            "draft": (PASTORAL, "submit", {"section": Section.TARGETS, "content": content_of(Section.TARGETS)}),
            "check": (self.teacher, "check_targets", {}),
            "next": (SW, "next_meeting", {"none": True, "reason": "Leaves care."} if number % 5 == 0 else {"on": day}),
            "sign": (by, "sign", {}),
            "proxy": (MANAGER, "proxy_sign", signer),
            "return": (VS, "return", {"parts": [section], "reasons": "Unclear."}),
            "sign_off": (VS, "sign_off", {"exceptions": [{"rule": "B9", "reason": "Ill."}] if number % 2 else []}),
            "voice": (by, "record_voice", {"words": "I like maths."}),
            "foreign": (DT, "sign_off", {}),
        }
        return [few[act]] if act in few else self._what_is_waited_for(number)

    def _what_is_waited_for(self, number: int) -> list[tuple[Any, str, dict[str, Any]]]:
        stage, calendar = self.standing.stage, self.plan.calendar
        if stage is Stage.WAITING_FOR_DATE:
            on = first_school_day(calendar, self.today + timedelta(days=number))
            return [(SW, "arrange_meeting", {"on": str(on)})]
        if stage is Stage.MEETING_DUE:
            return [(self.teacher, "record_meeting", held_on(self.today, **self._record(number)))]
        if stage is Stage.VIRTUAL_SCHOOL and number % 3 == 0:
            return [(VS, "return", {"parts": ["targets", "voice"], "reasons": "Unclear."})]
        if stage is Stage.VIRTUAL_SCHOOL:
            return [(VS, "sign_off", {"exceptions": [{"rule": rule, "reason": "Ill."} for rule in ("B3", "B9")]})]
        return [self._part(part) for part in missing_parts(self.plan, self.standing)]

    def _part(self, part: MissingPart) -> tuple[Any, str, dict[str, Any]]:
        if part.part == "next_meeting":
            return SW, "next_meeting", {"none": True, "reason": "Leaves care."}
        if part.part in list(Section):
            return part.role, "submit", {"section": part.part, "content": content_of(Section(part.part))}
        return part.role, "check_targets" if part.part == "check_targets" else "sign", {}

    def _record(self, number: int) -> dict[str, Any]:
        return {
            "young_person": "attended" if number % 3 else "did_not_take_part",
            "targets_agreed": "redefined" if number % 7 == 0 else "agreed",
            "grant_agreed": number % 6 != 0,
            "grant_pence": number * 2_500 if number % 5 == 0 else None,
        }


def lived(plan: Any, life: list[tuple[str, int, int, bool]]) -> Life:
    review = Life(plan)
    for act in life:
        review.happens(*act)
    return review.on(plan.term.last_day + timedelta(days=30))


@settings(max_examples=70)
@given(plans, lives)
def test_A3_A10_no_letter_of_a_life_is_too_many_untrue_or_at_the_wrong_time(plan: Any, life: Any) -> None:
    review = lived(plan, life)
    no_two_letters_in_one_morning_but_those_that_say_something_of_their_own(review)
    nothing_is_written_twice_and_nothing_that_has_passed_is_due(review)
    for letter in review.letters:
        its_reader_is_at_work_that_day(letter, review)
        it_is_written_at_eight_unless_an_act_of_the_moment_caused_it(letter)
        it_is_true_and_asks_only_who_owes_something(letter, review)


def no_two_letters_in_one_morning_but_those_that_say_something_of_their_own(review: Life) -> None:
    reminders = Counter(
        (letter.at, letter.step.role) for letter in review.letters if letter.step.kind not in SAYS_SOMETHING_OF_ITS_OWN
    )
    assert all(number == 1 for number in reminders.values()), reminders.most_common(2)
    every = Counter((letter.at, letter.step.role, letter.step.kind) for letter in review.letters)
    assert all(number == 1 for number in every.values()), every.most_common(2)


def nothing_is_written_twice_and_nothing_that_has_passed_is_due(review: Life) -> None:
    names = Counter((letter.step.name, letter.step.role) for letter in review.letters)
    assert all(number == 1 for number in names.values()), names.most_common(2)
    assert letters_due(review.plan, review.standing, review.now) == []
    waking = next_letter(review.plan, review.standing)
    assert waking is None or waking > review.now


def its_reader_is_at_work_that_day(letter: Written, review: Life) -> None:
    at_work = is_school_day if letter.step.role in SCHOOL_ROLES else is_working_day
    assert at_work(review.plan.calendar, letter.day), letter.line


def it_is_written_at_eight_unless_an_act_of_the_moment_caused_it(letter: Written) -> None:
    if letter.step.kind not in OF_THE_MOMENT:
        assert f"{letter.at.astimezone(LONDON):%H:%M:%S}" == "08:00:00", letter.line


def it_is_true_and_asks_only_who_owes_something(letter: Written, review: Life) -> None:
    step, standing = letter.step, letter.standing
    assert still_true(review.plan, standing, step.name, step.role), letter.line
    assert standing.stage not in {Stage.MISSED, Stage.PAYING}
    if step.kind in ASKS:
        assert owed_by(review.plan, standing, step.role), letter.line


@settings(max_examples=30)
@given(plans, lives, st.integers(0, 60))
def test_after_an_outage_each_reader_gets_one_letter_of_what_is_true_now(plan: Any, life: Any, days: int) -> None:
    review = Life(plan)
    for act in life:
        review.happens(*act)
    before = len(review.letters)
    review.sleeps(review.today + timedelta(days=days), "12:00")
    readers = Counter(
        letter.step.role for letter in review.letters[before:] if letter.step.kind not in SAYS_SOMETHING_OF_ITS_OWN
    )
    assert all(number == 1 for number in readers.values())
    for letter in review.letters[before:]:
        it_is_true_and_asks_only_who_owes_something(letter, review)


def legal(before: Standing, what: str, after: Standing) -> bool:
    """Whether an act or the clock may lead from one stage to another."""
    meeting = {Stage.WAITING_FOR_DATE, Stage.PREPARING, Stage.MEETING_DUE}
    writing = {Stage.COMPLETING, Stage.SIGNING, Stage.RETURNED}
    if before.stage is after.stage:
        return True
    return (what, before.stage, after.stage) in {
        *(("clock", Stage.PREPARING, stage) for stage in (Stage.MEETING_DUE, Stage.MISSED)),
        *(("clock", stage, Stage.MISSED) for stage in meeting),
        *((action, a, b) for action in ("arrange_meeting", "move_meeting") for a in meeting for b in meeting),
        *(("record_meeting", a, b) for a in meeting | writing for b in writing | {Stage.WAITING_FOR_DATE}),
        *((act, a, b) for act in ("submit", "check_targets", "next_meeting") for a in writing for b in writing),
        *((act, Stage.SIGNING, Stage.VIRTUAL_SCHOOL) for act in ("sign", "proxy_sign")),
        ("return", Stage.VIRTUAL_SCHOOL, Stage.RETURNED),
        *(("sign_off", Stage.VIRTUAL_SCHOOL, stage) for stage in (Stage.PAYING, Stage.IN_FORCE)),
        ("paid", Stage.PAYING, Stage.IN_FORCE),
    }


@settings(max_examples=70)
@given(plans, lives)
def test_A7_A8_no_life_leads_to_an_illegal_stage_a_stale_signature_or_an_unearned_grant(plan: Any, life: Any) -> None:
    review = lived(plan, life)
    for (_, before), (what, after) in pairwise(review.history):
        settled_and_seen_the_same_however_often_one_looks(plan, after)
        assert legal(before, what, after), (what, before.stage, after.stage)
        assert before.stage not in FINAL or after == before
        assert after.revision == before.revision + (what not in ("clock", "paid"))
        assert after.changes >= before.changes
        assert after.clock_from >= before.clock_from
        if what in ("submit", "return", "record_meeting"):
            assert after.signed == ()
        if after.grant is GrantState.RELEASING and before.grant is not GrantState.RELEASING:
            assert what == "sign_off"
            assert set(before.signed) >= {SW, review.teacher}
            assert (plan.grant_eligible, before.grant_agreed) == (True, True)
            assert 0 < after.grant_pence <= min(50_000, _agreed(after))
    actions = [what for what, _ in review.history]
    assert actions.count("sign_off") <= 1
    assert review.paid <= actions.count("sign_off")
    assert review.standing.stage not in FINAL or next_wake(plan, review.standing) is None


def _agreed(standing: Standing) -> int:
    return 50_000 if standing.grant_agreed_pence is None else standing.grant_agreed_pence


def settled_and_seen_the_same_however_often_one_looks(plan: Any, standing: Standing) -> None:
    assert settled(plan, standing, standing.since) == standing
    end = at(date(2027, 9, 1))
    seen = as_of(plan, standing, end)
    assert as_of(plan, seen, end) == seen
    assert seen.stage not in {Stage.WAITING_FOR_DATE, Stage.PREPARING, Stage.MEETING_DUE}
