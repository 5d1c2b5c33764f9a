"""No school place: a roll brings such a child, finds them a place and takes one away (PROCESS.md, Edge cases)."""

from datetime import timedelta

import pytest

from casework.authority import AuthorityDetails, set_up
from casework.details import Details, UnfitSchoolError, set_details
from casework.import_report import ImportReport
from casework.imports import import_terms
from casework.term_changes import terms_changed
from contracts.payments import MoneyState
from contracts.people import Role
from contracts.review import GrantState, ReviewPlan, Section, Stage
from rules.sections import parties
from store.calendars import calendar_of_authority
from store.cases import addresses
from store.grants import taken_of_the_year
from store.ledger import LedgerFilter, ledger_lines
from store.outbox_tables import Letter
from store.tables import CaseEvent, Delegation, Review, School
from tests.support.imported import imported_and_told
from tests.support.reviews import DT, MEETING, SW, VS, held_on
from tests.support.sample import ROLL, TERMS
from tests.support.taken import CHILD, Desk, complete, opened, with_a_meeting

SCHOOL = "900001"
PLACE = {"school_urn": SCHOOL, "school_name": "Ash School", "designated_teacher": "Invented Name"}
PLACE |= {"designated_teacher_email": "dt@ash.example"}
NO_PLACE = dict.fromkeys(PLACE, "")


def the_roll(child: str = CHILD, **changes: str) -> bytes:
    """The sample's row of a child, with changes."""
    head, *lines = ROLL.decode().splitlines()
    columns = head.split(",")
    found = dict(zip(columns, next(line for line in lines if line.startswith(f"{child},")).split(","), strict=True))
    return f"{head}\n{','.join({**found, **changes}[column] for column in columns)}\n".encode()


async def comes(desk: Desk, content: bytes) -> ImportReport:
    return await imported_and_told(desk.database, desk.clock, content)


async def who_is(desk: Desk, role: Role) -> list[str]:
    async with desk.database.transaction() as session:
        return await addresses(session, await desk.case(), role)


async def the_plan(desk: Desk) -> ReviewPlan:
    return (await desk.reviews())[0].plan


async def changes_of_school(desk: Desk) -> list[dict[str, bool]]:
    return [row.facts for row in await desk.rows(CaseEvent) if row.what == "school_changed"]


@pytest.fixture
async def arrived(desk: Desk) -> Desk:
    """A child who has just come onto the roll, without a school place."""
    new = Desk(desk.database, desk.clock, "NEW1")
    await comes(desk.on("2026-09-01"), the_roll(child_ref="NEW1", upn="", **NO_PLACE))
    return new


async def test_a_child_comes_without_a_school_place_and_the_virtual_school_does_the_teachers_part(
    arrived: Desk,
) -> None:
    case = await arrived.case()
    assert (case.has_school_place, case.school_urn) == (False, "none-staffordshire")
    assert await who_is(arrived, DT) == []
    await opened(arrived)
    plan = await the_plan(arrived)
    assert (parties(plan), plan.calendar.code) == ((SW, VS), "staffordshire")
    await arrived.submits(VS, Section.ATTAINMENT)
    assert {row.role for row in await arrived.rows(Letter)} <= {"social_worker", "virtual_school"}


async def test_the_report_says_how_many_have_no_place_and_counts_no_school_for_them(desk: Desk) -> None:
    one = the_roll(child_ref="NEW1", upn="", **NO_PLACE)
    two = one + the_roll(child_ref="NEW2", upn="", given_name="Other", **NO_PLACE).splitlines(keepends=True)[1]
    report = await comes(desk, two)
    assert report.in_words()[-2:] == [
        "Children of this roll without a school place: 2.",
        "Children in care who are not on this roll and stay as they are: 2.",
    ]
    assert "schools" not in report.tallies
    names = [row.name for row in await desk.rows(School) if row.urn.startswith("none-")]
    assert names == ["No school place"], "one for both"
    assert (await comes(desk, two)).changes == 0


async def test_a_later_roll_finds_the_child_a_place(arrived: Desk) -> None:
    await opened(arrived)
    await arrived.on("2026-09-04").does(SW, "arrange_meeting", on=str(MEETING))
    await arrived.does(VS, "submit", section="attainment", content={"words": "Invented."})
    roll = the_roll(child_ref="NEW1", upn="", **PLACE)
    await comes(arrived.on("2026-09-10"), roll)
    case, plan = await arrived.case(), await the_plan(arrived)
    assert (case.has_school_place, case.school_urn, plan.has_school_place, plan.version) == (True, SCHOOL, True, 2)
    assert await who_is(arrived, DT) == ["dt@ash.example"]
    assert ("invitation", "dt@ash.example") in [(row.kind, row.address) for row in await arrived.rows(Letter)]
    assert [one.role for one in (await arrived.standing()).submitted] == [DT], "what was done of the teacher's part"
    assert await changes_of_school(arrived) == [{"has_place": True}]
    assert (await comes(arrived, roll)).changes == 0
    assert (await the_plan(arrived)).version == 2


async def test_a_later_roll_takes_the_place_away_as_the_act_does(desk: Desk) -> None:
    await set_up(desk.database, AuthorityDetails("Exampleshire", "vs@council.example"))
    await with_a_meeting(desk)
    (old,) = await who_is(desk, DT)
    await desk.does(DT, "delegate", child=desk.child, to=f"pastoral@{old.partition('@')[2]}")
    roll = the_roll(**NO_PLACE)
    await comes(desk.on("2026-09-10"), roll)
    case, plan = await desk.case(), await the_plan(desk)
    assert (case.has_school_place, plan.has_school_place, plan.version) == (False, False, 2)
    assert await who_is(desk, DT) == await who_is(desk, Role.PASTORAL) == await desk.rows(Delegation) == []
    assert [row.address for row in await desk.rows(Letter) if row.facts.get("cancelled")] == [old]
    standing = await desk.standing()
    assert (standing.meeting_on, standing.meeting_sequence) == (MEETING, 2)
    assert "vs@council.example" in [row.address for row in await desk.rows(Letter) if row.kind == "invitation"]
    assert await changes_of_school(desk) == [{"has_place": False}]
    assert "handed_over" not in [row.what for row in await desk.rows(CaseEvent)], "nobody took the teacher's role over"
    await desk.submits(VS, Section.ATTAINMENT)
    assert (await comes(desk, roll)).changes == 0
    assert (await the_plan(desk)).version == 2


async def test_the_act_takes_the_case_from_the_old_teacher_as_well(desk: Desk) -> None:
    await opened(desk)
    assert await who_is(desk, DT) != []
    await desk.on("2026-09-10").does(SW, "change_school", **{"from": "2026-09-10"})
    assert await who_is(desk, DT) == []


async def test_a_roll_takes_the_case_from_a_teacher_who_stayed_on_it_and_nobody_takes_over(desk: Desk) -> None:
    await opened(desk)
    await desk.on("2026-09-10").does(SW, "change_school", **{"from": "2026-09-10"})
    teacher = {"role": "designated_teacher", "name": "A", "email": "dt@somewhere.example", "from": "2026-09-10"}
    await desk.does(VS, "change_person", **teacher)
    history = await desk.history()
    await comes(desk, the_roll(**NO_PLACE))
    assert await who_is(desk, DT) == []
    assert await desk.history() == history, "no school was left and no role handed over"


async def test_an_act_finds_a_place_and_the_old_roll_does_not_undo_it(arrived: Desk) -> None:
    await opened(arrived)
    school = {"school": "New Hall", "calendar": "phsg", "designated_teacher": "A", "email": "dt@new.example"}
    await arrived.on("2026-09-10").does(SW, "change_school", **school, **{"from": "2026-09-10"})
    assert (await the_plan(arrived)).has_school_place
    assert (await comes(arrived, the_roll(child_ref="NEW1", upn="", **NO_PLACE))).changes == 0
    assert await who_is(arrived, DT) == ["dt@new.example"]
    assert (await arrived.case()).has_school_place


async def test_a_roll_that_gives_the_last_school_again_reaches_the_plan(arrived: Desk) -> None:
    """Found by an act, lost by another, then the roll knows the school too: the case refers to it all the time."""
    await opened(arrived)
    arrived.on("2026-09-10")
    school = {"calendar": "staffordshire", "designated_teacher": "A", "email": "dt@new.example"}
    await arrived.does(SW, "change_school", school=SCHOOL, **school, **{"from": "2026-09-10"})
    await arrived.does(SW, "change_school", **{"from": "2026-09-10"})
    assert not (await the_plan(arrived)).has_school_place
    await comes(arrived, the_roll(child_ref="NEW1", upn="", **PLACE))
    assert (await the_plan(arrived)).has_school_place
    assert await who_is(arrived, DT) == ["dt@ash.example"]


async def test_the_teacher_of_a_school_at_which_the_child_has_no_place_is_not_the_childs(desk: Desk) -> None:
    await opened(desk)
    (old,) = await who_is(desk, DT)
    await desk.on("2026-09-10").does(SW, "change_school", **{"from": "2026-09-10"})
    await comes(desk, the_roll().replace(old.encode(), b"next@school.example"))
    assert await who_is(desk, DT) == []


async def test_other_term_dates_for_a_child_without_a_place_are_no_move(arrived: Desk) -> None:
    await with_a_meeting(arrived)
    await comes(arrived.on("2026-09-10"), the_roll(child_ref="NEW1", upn="", **NO_PLACE, school_calendar="phsg"))
    assert (await the_plan(arrived)).calendar.code == "phsg"
    assert (await arrived.standing()).meeting_sequence == 1, "nobody is invited again"
    assert await changes_of_school(arrived) == []


async def test_new_term_dates_reach_a_child_without_a_place(arrived: Desk) -> None:
    await opened(arrived)
    last = (await the_plan(arrived)).term.last_day
    moved = TERMS.replace(f",{last},".encode(), f",{last - timedelta(days=1)},".encode())
    now = arrived.clock.at
    await import_terms(
        arrived.database,
        arrived.clock,
        moved,
        source_name="terms.csv",
        on_new_terms=lambda session, codes: terms_changed(session, codes, now),
    )
    assert (await the_plan(arrived)).term.last_day == last - timedelta(days=1)


async def test_what_stands_for_no_school_is_no_school_to_move_to_or_to_be_on_the_roll_of(arrived: Desk) -> None:
    await opened(arrived)
    school = {"calendar": "staffordshire", "designated_teacher": "A", "email": "dt@new.example"}
    named = {"school": "no school place", **school, "from": "2026-09-10"}
    assert await arrived.on("2026-09-10").rules(SW, "change_school", **named) == ["FORM"]
    await arrived.does(SW, "change_school", **{**named, "school": "none-staffordshire"})
    assert (await arrived.case()).school_urn.startswith("new-"), "a name like any other"
    second = Details(dual_registration=True, second_school="none-staffordshire")
    async with arrived.database.transaction() as session:
        with pytest.raises(UnfitSchoolError, match="No school here has"):
            await set_details(session, arrived.child, second, arrived.clock.at)


async def test_what_stands_for_no_school_does_not_outvote_schools_where_the_authoritys_dates_are_looked_for(
    desk: Desk,
) -> None:
    """The usual calendar of the schools counts while nobody has named the authority's own."""
    await comes(desk, the_roll(child_ref="NEW1", upn="", **NO_PLACE, school_calendar="phsg"))
    async with desk.database.transaction() as session:
        assert await calendar_of_authority(session) == "staffordshire", "of the one school, not the first by name"


async def with_a_kept_grant(desk: Desk) -> int:
    """The autumn's plan was signed off without a school place; gives the pence that the Virtual School keeps."""
    await with_a_meeting(desk)
    desk.on("2026-10-01")
    await desk.submits(VS, Section.ATTAINMENT)
    await desk.submits(VS, Section.TARGETS)
    await desk.on(MEETING, "16:00").does(VS, "record_meeting", **held_on(MEETING))
    await complete(desk)
    await desk.does(SW, "sign")
    await desk.does(VS, "sign")
    await desk.on("2026-10-16").does(VS, "sign_off")
    return (await desk.standing()).grant_pence


async def of_the_ledger(desk: Desk) -> list[tuple[MoneyState, int, str | None]]:
    """Each sum as finance sees it: its state, its pence and its school."""
    async with desk.database.transaction() as session:
        lines = await ledger_lines(session, LedgerFilter(ref=desk.child))
    return [(line.state, line.pence, line.school_urn) for line in lines]


async def taken(desk: Desk) -> int:
    async with desk.database.transaction() as session:
        return await taken_of_the_year(session, (await desk.case()).id, "2026/27")


async def test_A8_the_grant_of_a_child_without_a_place_is_kept(arrived: Desk) -> None:
    pence = await with_a_kept_grant(arrived)
    standing = await arrived.standing()
    assert (standing.stage, standing.grant) == (Stage.IN_FORCE, GrantState.KEPT)
    assert [row.school_urn for row in await arrived.rows(Review)] == [None], "a meeting at no school"
    assert await of_the_ledger(arrived) == [(MoneyState.KEPT, pence, None)]
    assert await taken(arrived) == pence, "it is of the year's grant as well (M5)"
