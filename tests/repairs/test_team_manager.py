"""A team manager at the desk: the cases of the own team can be handed over, and no other case exists."""

import pytest
from sqlalchemy import select

from contracts.people import Role
from contracts.problems import RepairKind
from repairs.desk import Operator
from repairs.errors import RepairRefused, UnknownRepair
from store.repairables import people_on
from store.tables import Case, CaseRole, Person
from tests.repairs.console import Console
from tests.repairs.watching import watch_of


async def test_a_team_manager_hands_over_the_cases_of_the_own_team_only(console: Console) -> None:
    async with console.database.transaction() as session:
        query = select(CaseRole).where(CaseRole.role == Role.TEAM_MANAGER).order_by(CaseRole.case_id)
        manager = (await session.execute(query)).scalars().first()
        assert manager is not None
        own = (await session.execute(select(CaseRole.case_id).where(CaseRole.person_id == manager.person_id))).scalars()
        cases = list((await session.execute(select(Case))).scalars())
    teams = set(own)

    console.people["manager"] = Operator(manager.person_id, frozenset({Role.TEAM_MANAGER}))
    parameters = {"role": "social_worker", "address": "sw2@council.example"}
    theirs = [case.ref for case in cases if case.id in teams]
    row = await console.begin("manager", RepairKind.REASSIGN, cases=theirs[:2], parameters=parameters)
    await (await watch_of(console)).walk()
    assert set((await console.results(row.id)).values()) <= {"moved_on", "not_allowed"}


async def test_a_team_manager_learns_nothing_of_the_cases_of_others(console: Console) -> None:
    """Neither which references there are, nor whose they are, nor who works on them."""
    async with console.database.transaction() as session:
        query = select(Case.ref, Case.id, CaseRole.person_id).join(CaseRole).where(CaseRole.role == Role.TEAM_MANAGER)
        rows = (await session.execute(query.order_by(Case.ref))).all()
        (ref, _, manager) = rows[0]
        foreign = next(row for row in rows if row.person_id != manager)
        (theirs,) = (await people_on(session, [foreign.id], Role.SOCIAL_WORKER))[foreign.id]
        address = (await session.get_one(Person, theirs)).email
    console.people["manager"] = Operator(manager, frozenset({Role.TEAM_MANAGER}))
    parameters = {"role": "social_worker", "address": address}
    for cases in ([foreign.ref], [ref, foreign.ref], ["C999"]):
        with pytest.raises(RepairRefused) as refused:
            await console.preview("manager", RepairKind.REASSIGN, cases=cases, parameters=parameters)
        assert refused.value.sentences == (f"There is no case {cases[-1]}; check the reference.",)
    with pytest.raises(UnknownRepair):
        await console.preview("manager", RepairKind.REASSIGN, problem_id=1, parameters=parameters)
