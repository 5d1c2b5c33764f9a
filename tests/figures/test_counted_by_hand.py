"""Every figure of a small case that can be counted by hand: acts of a few children, and what a report says of them."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from casework.authority import AuthorityDetails, set_up
from casework.imports import import_terms
from casework.term_changes import terms_changed
from contracts.figures import Area
from contracts.people import Role
from contracts.review import Section
from rules.figures.report import By
from rules.figures.told import State
from rules.missing import parts_to_complete
from rules.usual_reasons import USUAL_REASONS
from store.tables import Case
from tests.figures.asking import BOTH, CHILDREN, ask, of_calendars
from tests.support.corrected import newest, takes_back
from tests.support.reviews import DT, SW, VS, held_on, outcomes
from tests.support.sample import TERMS
from tests.support.taken import (
    SPRING,
    Desk,
    complete,
    held,
    in_force,
    opened,
    paid_in_the_ledger,
    signed,
    with_a_meeting,
)


async def test_where_reviews_stand(desk: Desk) -> None:
    await in_force(desk)
    desk.child = CHILDREN[1]
    await with_a_meeting(desk)
    desk.child = CHILDREN[2]
    await opened(desk)
    desk.on("2026-10-20")
    before = await ask(desk, "2026-10-13")
    assert before.states == {State.MEETING_TO_COME: 2, State.NO_DATE: 1}
    assert (await ask(desk, "2026-10-14")).states == {
        State.WITH_THE_VIRTUAL_SCHOOL: 1,
        State.NOT_RECORDED: 1,
        State.NO_DATE: 1,
    }
    assert (await ask(desk, "2026-10-16")).states[State.SIGNED_OFF] == 1
    assert (await ask(desk, "2026-09-02")).report.reviews == 0


async def test_B1_a_term_that_is_over_without_a_meeting_is_missed_although_nobody_noted_it(desk: Desk) -> None:
    await opened(desk)
    desk.on("2026-12-18", "23:00")
    assert (await ask(desk, "2026-12-18")).states == {State.NO_DATE: 1}, "so far: the last day is not over"
    desk.on("2026-12-19", "00:00")
    over = await ask(desk, "2026-12-18")
    assert over.states == {State.MISSED: 1}
    assert over.share("held") == (0, 1)
    await desk.on("2027-01-05").passes()
    assert (await desk.stages()) == ["missed"]
    assert await ask(desk, "2026-12-18") == over, "the note comes late and changes nothing"


@pytest.mark.parametrize(("day", "last", "state"), [("18", "22", State.MISSED), ("17", "16", State.NO_DATE)])
async def test_the_term_dates_of_a_day_are_those_that_were_known_then(
    desk: Desk, day: str, last: str, state: State
) -> None:
    """The autumn ends on 18 December; later dates come when it is over and nobody noted it, earlier ones before."""
    await opened(desk)
    desk.on("2026-12-19" if state is State.MISSED else "2026-12-18", "09:00")
    before = await ask(desk, f"2026-12-{day}")
    assert before.states == {state: 1}
    content, now = of_calendars(TERMS).replace(b"2026-12-18", f"2026-12-{last}".encode()), desk.clock.at
    await import_terms(
        desk.database,
        desk.clock,
        content,
        source_name="terms",
        on_new_terms=lambda session, codes: terms_changed(session, codes, now),
    )
    assert (await desk.reviews())[0].plan.term.last_day.day == int(last)
    assert await ask(desk, f"2026-12-{day}") == before


async def test_A3_complete_within_seven_days(desk: Desk) -> None:
    await held(desk)
    assert (await ask(desk.on("2026-10-21", "23:00"), "2026-10-21")).share("completed") == (0, 0)
    late = await ask(desk.on("2026-10-22", "01:00"), "2026-10-21")
    assert late.share("completed") == (0, 1), "the seventh day is over"
    await complete(desk.on("2026-10-22"))
    assert (await ask(desk, "2026-10-22")).share("completed") == (0, 1)
    desk.child = CHILDREN[1]
    await signed(desk)
    assert (await ask(desk.on("2026-10-23"), "2026-10-22")).share("completed") == (1, 2)


async def test_the_virtual_school_answers_in_five_school_days_and_returns_with_reasons(desk: Desk) -> None:
    await signed(desk)  # on Wednesday 14 October: until Wednesday 21 October
    reasons = [USUAL_REASONS[0], USUAL_REASONS[6], "It says nothing of maths.", "Nor of English."]
    await desk.on("2026-10-22").does(VS, "return", parts=["about_child"], reasons=reasons)
    asked = await ask(desk, "2026-10-22")
    assert asked.share("answered") == (0, 1)
    assert asked.share("first_pass") == (0, 0)
    assert asked.report.reasons.returns == 1
    assert [count for _, count in asked.report.reasons.counted] == [1, 1, 1]
    await complete(desk.on("2026-10-23"))
    for part in (await desk.reviews())[0].standing.returned:
        await desk.submits(part.role, part.section)
    await desk.does(SW, "sign")
    await desk.does(DT, "sign")
    await desk.does(VS, "sign_off")
    asked = await ask(desk, "2026-10-23")
    assert asked.share("answered") == (1, 2), "a plan that arrives again counts again"
    assert asked.share("first_pass") == (0, 1)
    assert [(week.arrived, week.answered, week.waiting) for week in asked.report.load.weeks] == [(1, 0, 1), (1, 2, 0)]


async def test_days_held_by_each_party(desk: Desk) -> None:
    """The meeting on Wednesday 14, the teacher's last part on Friday 16, the social worker's on Tuesday 20, the
    sign-off on Friday 23 October."""
    await held(desk)  # recorded at once; the social worker has set the next date
    for day, role in (("2026-10-16", DT), ("2026-10-20", SW)):
        for part in [one for one in await _missing(desk) if one[0] is role]:
            await desk.on(day).submits(*part)
    for role in (SW, DT):
        await desk.on("2026-10-20", "17:00").does(role, "sign")
    await desk.on("2026-10-23").does(VS, "sign_off")
    asked = await ask(desk, "2026-10-23")
    assert {one.party: (one.plans, one.median, one.nine_of_ten) for one in asked.report.held} == {
        Role.DESIGNATED_TEACHER: (1, 2.0, 2),  # Wednesday and Thursday
        Role.SOCIAL_WORKER: (1, 4.0, 4),  # Wednesday to Friday and Monday
        Role.VIRTUAL_SCHOOL: (1, 3.0, 3),  # Tuesday to Thursday
    }


async def test_M6_meetings_that_were_moved(desk: Desk) -> None:
    await with_a_meeting(desk)
    assert (await ask(desk, "2026-09-04")).share("moved") == (0, 1)
    await desk.on("2026-09-20").does(SW, "move_meeting", on="2026-10-15", reason="Ill.")
    called_off = await desk.on("2026-10-01").does(SW, "record_meeting", held=False, reason="Snow.")
    assert (await ask(desk, "2026-10-01")).report.moves == ((2, 1),)
    await takes_back(desk.on("2026-10-02"), called_off.id)
    assert (await ask(desk, "2026-10-02")).report.moves == ((1, 1),)
    await desk.on("2026-10-16").does(DT, "record_meeting", **held_on("2026-10-16"))
    assert (await ask(desk, "2026-10-16")).report.moves == ((2, 1),), "held on another day than agreed"
    assert (await ask(desk, "2026-10-01")).report.moves == ((2, 1),), "what was corrected later"


async def test_A5_without_a_next_date_though_due(desk: Desk) -> None:
    await opened(desk)
    assert (await ask(desk, "2026-09-03")).share("no_next_date") == (1, 1)
    await held(desk, next_meeting=None)
    assert (await ask(desk, "2026-10-14")).share("no_next_date") == (0, 0), "it is due with the completion"
    assert (await ask(desk.on("2026-10-22"), "2026-10-21")).share("no_next_date") == (1, 1)
    await desk.does(SW, "next_meeting", on="2027-01-20")
    assert (await ask(desk, "2026-10-22")).share("no_next_date") == (0, 1)


async def test_a_corrected_record_changes_the_days_after_it_alone(desk: Desk) -> None:
    await in_force(desk)
    before = await ask(desk.on("2026-10-20"), "2026-10-16")
    await desk.does(VS, "reopen", reason="A sum was wrong.")
    await takes_back(desk, await newest(desk, "record_meeting"))
    assert await ask(desk, "2026-10-16") == before
    after = await ask(desk, "2026-10-20")
    assert after.share("held") == (0, 1)
    assert after.share("first_pass") == (1, 1), "it was signed off at the first time"


async def test_the_grant_of_a_financial_year(desk: Desk) -> None:
    """Three eligible children: one paid, one with a meeting before 31 March, one with none."""
    await in_force(desk)
    await paid_in_the_ledger(desk, 18_000)
    desk.child = CHILDREN[1]
    await with_a_meeting(desk)
    desk.child = CHILDREN[2]
    await opened(desk)
    money = (await ask(desk.on("2026-10-20"), "2026-10-19")).money.whole
    agreed = money.usual
    assert (money.children, money.allocated) == (3, 450_000)
    assert (money.approved, money.paid, money.being_paid, money.evidenced) == (agreed, agreed, 0, 0)
    assert (money.expected_plans, money.expected) == (1, agreed)
    assert money.unspent == 450_000 - agreed
    assert money.forecast == 450_000 - 2 * agreed
    assert money.terms_to_come == 1
    assert money.forecast_at_pace == 450_000 - 4 * agreed
    assert (await ask(desk, "2026-10-15")).money.whole.approved == 0


async def test_what_the_next_plan_says_was_spent_is_evidence(desk: Desk) -> None:
    await _spring_was_held(await in_force(desk))
    await desk.does(DT, "submit", section="previous_targets", content=_spent(5_000, 4_000))
    assert (await ask(desk, "2027-01-20")).money.whole.evidenced == 9_000
    assert (await ask(desk, "2027-01-19")).money.whole.evidenced == 0
    assert (await ask(desk, "2027-01-20")).money.whole.paid == (await ask(desk, "2026-10-16")).money.whole.paid


async def test_M1_the_schools_spending_is_the_evidence_whatever_the_social_worker_sends_after_it(desk: Desk) -> None:
    """The purple section needs both; the social worker's part says what became of the targets, and no sums."""
    await _spring_was_held(await in_force(desk))
    await desk.does(SW, "submit", section="previous_targets", content=_spent(1_000, 0))
    assert (await ask(desk, "2027-01-20")).money.whole.evidenced == 1_000, "nobody else has said anything yet"
    await desk.does(DT, "submit", section="previous_targets", content=_spent(5_000, 4_000))
    assert (await ask(desk, "2027-01-20")).money.whole.evidenced == 9_000
    await desk.on("2027-01-21").does(SW, "submit", section="previous_targets", content=outcomes())
    assert (await ask(desk, "2027-01-21")).money.whole.evidenced == 9_000
    await desk.on("2027-01-22").does(DT, "submit", section="previous_targets", content=_spent(5_000, 2_000))
    assert (await ask(desk, "2027-01-22")).money.whole.evidenced == 7_000, "the school's newest version"
    assert (await ask(desk, "2027-01-21")).money.whole.evidenced == 9_000


async def _spring_was_held(desk: Desk) -> None:
    await desk.on("2027-01-05", "00:00").opens(SPRING)
    await desk.on("2027-01-20", "16:00").does(SW, "record_meeting", **held_on("2027-01-20"))


def _spent(first: int, second: int) -> dict[str, object]:
    """What became of the three targets, and the pence that the first two cost."""
    pence = {1: first, 2: second, 3: 0}
    return {"outcomes": [{**one, "spent_pence": pence[one["number"]]} for one in outcomes()["outcomes"]]}


async def test_a_review_is_counted_where_it_opened(desk: Desk) -> None:
    await held(desk)
    before = await ask(desk.on("2026-10-20"), "2026-10-19", by=By.SCHOOL)
    moved = {"school": "New Hall", "calendar": "phsg", "designated_teacher": "Invented Name", "email": "dt@new.example"}
    await desk.does(VS, "change_school", **moved, **{"from": "2026-10-20"})
    assert await ask(desk, "2026-10-19", by=By.SCHOOL) == before
    (group,) = (await ask(desk, "2026-10-20", by=By.SCHOOL)).report.groups
    assert group.key == "900000"
    (stage,) = (await ask(desk, "2026-10-20", by=By.KEY_STAGE)).report.groups
    assert (stage.key, stage.reviews) == ("Key stage 2", 1)


async def test_a_review_is_counted_in_or_out_of_area_as_it_was_when_it_opened(desk: Desk) -> None:
    """One child opens before the authority's own term dates are named; then one of its schools, and one elsewhere."""
    await opened(desk)
    await set_up(desk.database, AuthorityDetails("A", "vs@council.example", calendar="staffordshire"))
    for desk.child in CHILDREN[1:]:
        await opened(desk)
    desk.on("2026-09-04")
    before = await ask(desk, "2026-09-03", by=By.AREA)
    assert [(group.key, group.reviews) for group in before.report.groups] == [
        ("In area", 1),
        ("Out of area", 1),
        ("Not known", 1),
    ]
    assert [key for key, _ in before.money.groups] == ["In area", "Not known", "Out of area"]
    await set_up(desk.database, AuthorityDetails("A", "vs@council.example", calendar="phsg"))
    assert await ask(desk, "2026-09-03", by=By.AREA) == before
    for area, team in ((Area.INSIDE, "South team"), (Area.OUTSIDE, "South team"), (Area.UNKNOWN, "North team")):
        found = await ask(desk, "2026-09-03", scope=replace(BOTH, area=area))
        assert [(group.key, group.reviews) for group in found.report.groups] == [(team, 1)]


async def test_the_area_of_a_child_without_a_school_place_is_not_known(desk: Desk) -> None:
    await set_up(desk.database, AuthorityDetails("A", "vs@council.example", calendar="staffordshire"))
    async with desk.database.transaction() as session:
        await session.execute(update(Case).where(Case.ref == desk.child).values(has_school_place=False))
    await opened(desk)
    (group,) = (await ask(desk, "2026-09-03", by=By.AREA)).report.groups
    assert group.key == "Not known"


async def _missing(desk: Desk) -> list[tuple[Role, Section]]:
    review = (await desk.reviews())[0]
    return [(part.role, Section(part.part)) for part in parts_to_complete(review.plan, review.standing)]
