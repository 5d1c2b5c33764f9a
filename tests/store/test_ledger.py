"""Finance's ledger is united from four kinds of sums, and each says the same under the same name."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import literal

from contracts.payments import MoneyState
from store import grants
from store.database import Database
from store.grants import LedgerState
from store.ledger import LedgerFilter, LedgerLine, ledger_lines
from store.ledger_sums import COLUMNS, LEDGER, branch
from store.tables import Review, School
from tests.support.grant_cases import NOON, add_case


def columns(**changes: Any) -> dict[str, Any]:
    return {name: literal(name) for name in COLUMNS} | changes


def test_a_column_that_one_kind_of_sum_does_not_name_is_refused_before_money_is_read_under_another_name() -> None:
    """PostgreSQL unites by place: one column more in one kind would give its pounds as its state."""
    forgotten = columns()
    del forgotten["owed_pence"]
    for wrong in (forgotten, columns(new=literal(1))):
        with pytest.raises(TypeError, match="each once: key, kind"):
            branch(**wrong)
    mixed = branch(**dict(reversed(columns().items())))
    assert [column.name for column in mixed.selected_columns] == list(COLUMNS), "whatever the order they are given in"
    assert [column.name for column in LEDGER.c] == list(COLUMNS)


async def test_a_payments_line_has_each_of_its_columns_under_its_own_name(database: Database) -> None:
    case = await add_case(database)
    async with database.transaction() as session:
        row = await grants.intend(session, case.grant(), NOON)
        for state in (LedgerState.SENT, LedgerState.CONFIRMED):
            await grants.mark(session, row.key, state, NOON + timedelta(hours=1))
        await grants.correct_grant(session, row.key, -12_345, row.signed_off_by_act, NOON)
        row.refused_before = 3
    async with database.transaction() as session:
        (line,) = [one for one in await ledger_lines(session, LedgerFilter()) if one.key == row.key]
        review, school = await session.get_one(Review, row.review_id), await session.get_one(School, row.school_urn)
    assert line == LedgerLine(
        key=row.key,
        kind="grant",
        case_id=row.case_id,
        case_ref=case.ref,
        review_id=review.id,
        school_urn=school.urn,
        school=school.name,
        academic_year=row.academic_year,
        term=row.term,
        pence=row.pence,
        state=MoneyState.OWED_BACK,
        owed_pence=12_345,
        at=NOON + timedelta(hours=1),
        paid_otherwise=None,
        refused_before=3,
        run_id=None,
        held=False,
    )
