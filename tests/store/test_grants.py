"""The ledger of grants: one grant a child and term, never over a cap, every step in its order."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import func, select

from local.postgres import EmbeddedPostgres
from store import grants
from store.database import Database
from store.grants import (
    ForbiddenStep,
    GrantDiffers,
    GrantIntent,
    LedgerState,
    OverCap,
    UnknownGrant,
)
from store.money_tables import GrantRow
from tests.support.database import fresh_database
from tests.support.grant_cases import NOON, SCHOOLS, YEAR, GrantCase, add_case

ALLOWED = {
    ("intent", "sent"),
    ("sent", "confirmed"),
    ("sent", "unknown"),
    ("sent", "failed"),
    ("unknown", "confirmed"),
    ("unknown", "failed"),
    ("unknown", "sent"),
    ("confirmed", "reversed"),
}
WAY_TO = {
    "intent": [],
    "sent": ["sent"],
    "confirmed": ["sent", "confirmed"],
    "unknown": ["sent", "unknown"],
    "failed": ["sent", "failed"],
    "reversed": ["sent", "confirmed", "reversed"],
}


@pytest.fixture(scope="module")
async def database(postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    """One for all tests here: each has children of its own."""
    async with fresh_database(postgres) as fresh:
        yield fresh


async def intend(database: Database, grant: GrantIntent) -> GrantRow:
    async with database.transaction() as session:
        return await grants.intend(session, grant, NOON)


async def mark(database: Database, key: str, *states: str) -> bool:
    changed = False
    for state in states:
        async with database.transaction() as session:
            changed = await grants.mark(session, key, LedgerState(state), NOON + timedelta(hours=1))
    return changed


async def paid(database: Database, case: GrantCase, year: str = YEAR) -> int:
    async with database.transaction() as session:
        return await grants.paid_in_year(session, case.id, year)


async def rows(database: Database, case: GrantCase) -> int:
    async with database.transaction() as session:
        of_the_child = select(func.count()).select_from(GrantRow).where(GrantRow.case_id == case.id)
        return (await session.execute(of_the_child)).scalar_one()


async def test_A8_the_same_grant_twice_is_one_row(database: Database) -> None:
    case = await add_case(database)
    first = await intend(database, case.grant())
    second = await intend(database, case.grant())
    assert (first.key, first.state, first.pence) == (second.key, "intent", 50_000)
    assert await rows(database, case) == 1


async def test_A8_the_same_grant_at_once_is_one_row(database: Database) -> None:
    case = await add_case(database)
    await asyncio.gather(*(intend(database, case.grant()) for _ in range(6)))
    assert await rows(database, case) == 1


async def test_A8_a_stored_grant_never_changes(database: Database) -> None:
    case = await add_case(database)
    await intend(database, case.grant())
    for other in (case.grant(pence=40_000), case.grant(school_urn=SCHOOLS[1]), replace(case.grant(), key="another")):
        with pytest.raises(GrantDiffers):
            await intend(database, other)
    assert (await intend(database, case.grant())).pence == 50_000


async def test_A8_a_key_is_used_for_one_child_only(database: Database) -> None:
    first, second = await add_case(database), await add_case(database)
    await intend(database, first.grant())
    with pytest.raises(GrantDiffers):
        await intend(database, replace(second.grant(), key=first.grant().key))
    assert await rows(database, second) == 0


async def test_A8_signed_off_again_after_a_correction_it_is_still_the_same_grant(database: Database) -> None:
    case = await add_case(database)
    await intend(database, case.grant())
    again = replace(case.grant(), signed_off_by_act=case.grant("spring").signed_off_by_act)
    assert (await intend(database, again)).signed_off_by_act == case.grant().signed_off_by_act


async def test_M5_a_term_is_never_over_its_cap(database: Database) -> None:
    case = await add_case(database)
    with pytest.raises(OverCap) as refusal:
        await intend(database, case.grant(pence=50_001))
    assert refusal.value.cap_pence == 50_000
    assert await rows(database, case) == 0


async def test_M5_a_year_is_never_over_its_cap(database: Database) -> None:
    case = await add_case(database)
    await intend(database, replace(case.grant("autumn", 70_000), cap_pence=70_000))
    await intend(database, replace(case.grant("spring", 70_000), cap_pence=70_000))
    with pytest.raises(OverCap) as refusal:
        await intend(database, case.grant("summer", 10_001))
    assert (refusal.value.cap_pence, refusal.value.already_pence) == (150_000, 140_000)
    await intend(database, case.grant("summer", 10_000))
    assert await paid(database, case) == 150_000


async def test_M5_what_is_owed_back_is_free_for_another_term(database: Database) -> None:
    case = await add_case(database)
    autumn = await intend(database, replace(case.grant("autumn"), year_cap_pence=80_000))
    await mark(database, autumn.key, "sent", "confirmed")
    async with database.transaction() as session:
        for pence in (-20_000, 5_000):
            await grants.correct_grant(session, autumn.key, pence, autumn.signed_off_by_act, NOON)
    assert await paid(database, case) == 35_000
    with pytest.raises(OverCap):
        await intend(database, replace(case.grant("spring", 45_001), year_cap_pence=80_000))
    await intend(database, replace(case.grant("spring", 45_000), year_cap_pence=80_000))
    await mark(database, autumn.key, "reversed")
    assert await paid(database, case) == 45_000, "the corrections of what was reversed go with it"


async def test_M5_two_terms_at_once_cannot_both_take_the_last_pounds(database: Database) -> None:
    case = await add_case(database)
    wanted = [replace(case.grant(term), year_cap_pence=100_000) for term in ("autumn", "spring", "summer")]
    outcomes = await asyncio.gather(*(intend(database, one) for one in wanted), return_exceptions=True)
    assert sum(isinstance(outcome, OverCap) for outcome in outcomes) == 1
    assert await paid(database, case) == 100_000


async def test_M5_a_grant_is_whole_pence(database: Database) -> None:
    case = await add_case(database)
    wrong: list[Any] = [0, -500, 100.5, True]
    for pence in wrong:
        with pytest.raises(ValueError, match="whole number of pence"):
            await intend(database, case.grant(pence=pence))


async def test_M5_what_may_have_been_paid_counts(database: Database) -> None:
    counted = {}
    for state in WAY_TO:
        case = await add_case(database)
        await intend(database, case.grant())
        await mark(database, case.grant().key, *WAY_TO[state])
        counted[state] = await paid(database, case)
        assert await paid(database, case, "2025/26") == 0
    assert counted == dict.fromkeys(["intent", "sent", "confirmed", "unknown"], 50_000) | {"failed": 0, "reversed": 0}


async def test_A8_every_step_that_is_not_allowed_is_refused(database: Database) -> None:
    for present, wanted in product(WAY_TO, WAY_TO):
        grant = (await add_case(database)).grant()
        await intend(database, grant)
        await mark(database, grant.key, *WAY_TO[present])
        if present == wanted:
            assert await mark(database, grant.key, wanted) is False
        elif (present, wanted) in ALLOWED:
            assert await mark(database, grant.key, wanted) is True
        else:
            with pytest.raises(ForbiddenStep):
                await mark(database, grant.key, wanted)


async def test_A8_of_two_outcomes_at_once_only_one_is_stored(database: Database) -> None:
    for _ in range(5):
        grant = (await add_case(database)).grant()
        await intend(database, grant)
        await mark(database, grant.key, "sent")
        both = (mark(database, grant.key, state) for state in ("confirmed", "failed"))
        outcomes = await asyncio.gather(*both, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {bool, ForbiddenStep}


async def test_a_settled_grant_says_when(database: Database) -> None:
    grant = (await add_case(database)).grant()
    await intend(database, grant)
    await mark(database, grant.key, "sent")
    assert (await intend(database, grant)).settled_at is None
    await mark(database, grant.key, "confirmed")
    assert (await intend(database, grant)).settled_at == NOON + timedelta(hours=1)


async def test_a_grant_of_nobody_is_an_error(database: Database) -> None:
    case = await add_case(database)
    with pytest.raises(UnknownGrant):
        await intend(database, replace(case.grant(), case_id="nobody"))
    with pytest.raises(UnknownGrant):
        await mark(database, "grant-nobody", "sent")


async def test_errors_name_no_child_no_school_and_no_sum(database: Database) -> None:
    case = await add_case(database)
    await intend(database, case.grant())
    for wrong in (case.grant(pence=1), case.grant("spring", 99_999)):
        with pytest.raises((GrantDiffers, OverCap)) as refusal:
            await intend(database, wrong)
        told = str(refusal.value)
        assert not any(word in told for word in (case.ref, case.id, SCHOOLS[0], "99999", "50000"))
