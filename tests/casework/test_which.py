"""Which review an act is about when last term's is unfinished, or not yet met about, while this term's is open."""

from dataclasses import replace
from datetime import date

from casework.which import called, meant, shown
from contracts.review import Section, Stage
from store.tables import SectionRevision
from tests.support.reviews import DT, MEETING, PASTORAL, SW, VS, form_of, held_on, targets
from tests.support.taken import SPRING, Desk, complete, held, in_force, opened, signed, with_a_meeting

NEXT = date(2027, 1, 20)


async def with_the_next_one_open(desk: Desk) -> Desk:
    """The autumn's meeting was held, its plan is not written; the spring's review opened on 9 December."""
    await held(desk)
    await desk.on("2026-12-09", "00:00").opens(SPRING)
    desk.on("2026-12-09")
    assert await desk.stages() == ["completing", "preparing"]
    return desk


async def test_the_case_shows_the_unfinished_review_and_then_the_new_one(desk: Desk) -> None:
    await with_the_next_one_open(desk)
    reviews = await desk.reviews()
    assert shown(reviews) == reviews[0]
    await complete(desk)
    await desk.does(SW, "sign")
    await desk.does(DT, "sign")
    await desk.does(VS, "sign_off")
    await desk.is_paid()
    reviews = await desk.reviews()
    assert shown(reviews) == reviews[1]
    assert await desk.stages() == ["in_force", "preparing"]


async def test_a_name_of_a_term_is_the_newest_of_that_name(desk: Desk) -> None:
    await opened(desk)
    (first,) = await desk.reviews()
    term = replace(first.plan.term, academic_year="2027/28")
    second = replace(first, plan=replace(first.plan, review_id="a year later", term=term))
    assert called([first, second], "autumn") == second
    assert called([first, second], "2026/27 autumn") == first
    assert called([first, second], "2027/28 autumn") == second
    assert called([first, second], "spring") is None


async def test_no_review_is_shown_before_the_first_opens() -> None:
    assert shown([]) is None
    assert meant([], form_of(SW, "sign")) is None


async def test_parts_that_last_terms_review_waits_for_go_there(desk: Desk) -> None:
    await with_the_next_one_open(desk)
    await desk.submits(SW, Section.ABOUT_CHILD)
    autumn, spring = await desk.reviews()
    assert [one.section for one in autumn.standing.submitted if one.role is SW] == [Section.ABOUT_CHILD]
    assert spring.standing.submitted == ()
    assert (await desk.rows(SectionRevision))[-1].review_id == autumn.plan.review_id


async def test_parts_that_only_the_new_review_waits_for_go_there(desk: Desk) -> None:
    await with_the_next_one_open(desk)
    await desk.submits(DT, Section.PREVIOUS_TARGETS)
    await desk.submits(DT, Section.ATTAINMENT)
    await desk.submits(DT, Section.TARGETS)
    autumn, spring = await desk.reviews()
    assert {one.section for one in spring.standing.submitted} == {
        Section.PREVIOUS_TARGETS,
        Section.ATTAINMENT,
        Section.TARGETS,
    }
    assert autumn.standing.stage is Stage.COMPLETING


async def test_signatures_return_and_sign_off_go_to_the_review_that_waits_for_them(desk: Desk) -> None:
    await with_the_next_one_open(desk)
    await complete(desk)
    await desk.does(SW, "sign")
    await desk.does(DT, "sign")
    assert await desk.stages() == ["virtual_school", "preparing"]
    await desk.does(VS, "return", parts=["grant"], reasons="Too dear.")
    assert await desk.stages() == ["returned", "preparing"]
    await desk.submits(DT, Section.GRANT)
    await desk.does(SW, "sign")
    await desk.does(DT, "sign")
    await desk.does(VS, "sign_off")
    assert await desk.stages() == ["paying", "preparing"]


async def test_B14_the_check_of_new_drafts_goes_to_the_new_review(desk: Desk) -> None:
    await signed(desk)
    await desk.on("2026-12-09", "00:00").opens(SPRING)
    await desk.does(DT, "delegate", to="helper@school.example")
    await desk.submits(DT, Section.PREVIOUS_TARGETS)
    await desk.does(PASTORAL, "submit", section="targets", content=targets())
    assert not (await desk.standing(1)).targets_checked
    await desk.does(DT, "check_targets")
    assert (await desk.standing(1)).targets_checked
    assert (await desk.stages())[0] == "virtual_school"


async def test_B9_a_voice_that_is_missing_last_term_is_recorded_there(desk: Desk) -> None:
    await with_a_meeting(desk)
    record = held_on(MEETING, young_person="did_not_take_part")
    await desk.on(MEETING).does(DT, "record_meeting", **record)
    await desk.does(SW, "next_meeting", on=str(NEXT))
    await desk.on("2026-12-09", "00:00").opens(SPRING)
    await desk.does(DT, "record_voice", words="I like maths.")
    assert [review.standing.voice_heard for review in await desk.reviews()] == [True, False]


async def test_the_new_reviews_meeting_is_arranged_and_moved_while_last_terms_is_unfinished(desk: Desk) -> None:
    await with_the_next_one_open(desk)
    await desk.does(SW, "move_meeting", on="2027-01-21", reason="A hearing.")
    await desk.does(DT, "agree_date", agreed=True)
    autumn, spring = await desk.reviews()
    assert (autumn.standing.held_on, autumn.standing.stage) == (MEETING, Stage.COMPLETING)
    assert (spring.standing.meeting_on, spring.standing.date_agreed) == (date(2027, 1, 21), True)


async def test_M6_recording_the_autumns_meeting_again_does_not_record_the_springs(desk: Desk) -> None:
    await with_the_next_one_open(desk)
    await desk.does(SW, "record_meeting", **held_on("2026-10-13"))
    autumn, spring = await desk.reviews()
    assert (autumn.standing.held_on, spring.standing.held_on) == (date(2026, 10, 13), None)


async def test_M6_a_second_record_of_a_meeting_whose_pep_is_in_force_closes_nothing(desk: Desk) -> None:
    await in_force(desk)
    await desk.on("2026-12-09", "00:00").opens(SPRING)
    assert await desk.rules(SW, "record_meeting", **held_on(MEETING)) == ["ORDER"]
    assert await desk.stages() == ["in_force", "preparing"]


async def test_B1_a_meeting_of_this_term_is_recorded_although_the_next_terms_review_has_opened(desk: Desk) -> None:
    await opened(desk)
    await desk.on("2026-11-19").does(SW, "arrange_meeting", on="2026-11-25")
    await desk.does(SW, "next_meeting", on="2027-01-05")
    await desk.on("2026-11-24", "00:00").opens(SPRING)
    assert await desk.stages() == ["preparing", "preparing"]
    await desk.on("2026-11-26").does(DT, "record_meeting", **held_on("2026-11-25"))
    assert await desk.stages() == ["completing", "preparing"]
    autumn, spring = await desk.reviews()
    assert (autumn.standing.held_on, spring.standing.meeting_on) == (date(2026, 11, 25), date(2027, 1, 5))


async def test_M6_with_two_meetings_ahead_the_earlier_one_is_the_one_that_was_not_held_or_moves(desk: Desk) -> None:
    await opened(desk)
    await desk.on("2026-11-19").does(SW, "arrange_meeting", on="2026-11-25")
    await desk.does(SW, "next_meeting", on="2027-01-05")
    await desk.on("2026-11-24", "00:00").opens(SPRING)
    await desk.does(SW, "move_meeting", on="2026-11-26", reason="A hearing.")
    assert [review.standing.meeting_on for review in await desk.reviews()] == [date(2026, 11, 26), date(2027, 1, 5)]
    await desk.does(SW, "record_meeting", held=False, reason="Snow.")
    assert await desk.stages() == ["waiting_for_date", "preparing"]
    await desk.does(SW, "arrange_meeting", on="2026-11-27")
    assert await desk.stages() == ["preparing", "preparing"]
    reviews = await desk.reviews()
    assert shown(reviews) == reviews[0]
