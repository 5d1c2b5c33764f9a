"""A statement is compared line by line: every verdict, every fault, and the same file twice is one."""

import asyncio
from datetime import timedelta

import pytest

from casework.payment_repairs import paid_otherwise
from casework.statements import (
    Imported,
    NotWithdrawn,
    StatementRefused,
    check_statement,
    import_statement,
    judged_statement,
    missing_from_statements,
    withdraw_statement,
)
from contracts.payments import MoneyState
from contracts.people import Role
from rules.statement import IN_WORDS, WHAT_TO_DO, OfLedger, Verdict, verdict_of
from store import grants
from store.database import Database
from store.grants import LedgerState
from store.ledger import LedgerFilter, ledger_line, ledger_lines, sums_by_state
from store.money_tables import GrantRow
from store.payment_repairs import begin_again, lock_payment
from store.statements import lines_about, seen_statement
from tests.support.grant_cases import NOON, GrantCase, add_case
from tests.support.payment_runs import officers

HEAD = "payment_key,amount,paid_on,reference\n"


async def grant(database: Database, *states: LedgerState, case: GrantCase | None = None, term: str = "autumn") -> str:
    """A grant that has come so far; gives its key."""
    async with database.transaction() as session:
        row = await grants.intend(session, (case or await add_case(database)).grant(term), NOON)
        for state in states:
            await grants.mark(session, row.key, state, NOON)
    return row.key


async def imported(database: Database, text: str, name: str = "november.csv") -> Imported:
    (person,) = await officers(database, 1)
    async with database.transaction() as session:
        return await import_statement(session, text.encode(), name, person, NOON)


async def verdicts(database: Database, number: int) -> list[Verdict]:
    async with database.transaction() as session:
        return [one.verdict for one in await judged_statement(session, number)]


async def test_every_line_has_its_verdict(database: Database) -> None:
    sent, confirmed, unknown, failed = LedgerState.SENT, LedgerState.CONFIRMED, LedgerState.UNKNOWN, LedgerState.FAILED
    paid = [await grant(database, sent, confirmed) for _ in range(2)]
    unsure, waiting = await grant(database, sent, unknown), await grant(database)
    refused, reversed_ = (
        await grant(database, sent, failed),
        await grant(database, sent, confirmed, LedgerState.REVERSED),
    )
    rows = [
        (paid[0], "500.00"),
        (paid[0], "500.00"),
        (paid[1], "£499.99"),
        (unsure, "500.00"),
        (waiting, "500.00"),
        (refused, "500.00"),
        (reversed_, "500.00"),
        ("BACS-1", "1,500.00"),
    ]
    text = HEAD + "".join(f'{key},"{amount}",23/11/2026,B7\n' for key, amount in rows)
    number = (await imported(database, text)).number
    assert await verdicts(database, number) == [
        Verdict.MATCHED,
        Verdict.PAID_TWICE,
        Verdict.AMOUNT_DIFFERS,
        Verdict.WAS_UNSURE,
        Verdict.NOT_SENT,
        Verdict.REFUSED_BY_US,
        Verdict.TAKEN_BACK,
        Verdict.NOT_OURS,
    ]
    later = await imported(database, f"{HEAD}{paid[1]},500.00,2026-11-24,\n")
    assert await verdicts(database, later.number) == [Verdict.PAID_TWICE]
    async with database.transaction() as session:
        await begin_again(session, await lock_payment(session, refused))
        line = await ledger_line(session, refused)
    assert line is not None
    assert line.key == f"{refused}/2", "an old key still leads to the payment"
    assert (await verdicts(database, number))[5] is Verdict.REFUSED_BY_US


async def test_a_line_of_another_statement_is_the_same_payment_where_key_sum_day_and_reference_are_the_same(
    database: Database,
) -> None:
    paid, other, twice = [await grant(database, LedgerState.SENT, LedgerState.CONFIRMED) for _ in range(3)]
    first = f"{HEAD}{paid},500.00,2026-11-23,B1\n{other}x,500.00,2026-11-23,B2\n"
    assert await verdicts(database, (await imported(database, first)).number) == [Verdict.MATCHED, Verdict.NOT_OURS]
    same, second = f"{twice},500.00,2026-11-24,\n", f"{twice},500.00,2026-11-25,\n"
    mended = first.replace(f"{other}x", other) + same + same + second
    expected = [Verdict.MATCHED, Verdict.MATCHED, Verdict.MATCHED, Verdict.PAID_TWICE, Verdict.PAID_TWICE]
    assert await verdicts(database, (await imported(database, mended)).number) == expected
    overlapping = f"{HEAD}{second}{same}{same}{paid},500.00,2026-11-23,B1\n"
    assert await verdicts(database, (await imported(database, overlapping)).number) == [
        Verdict.PAID_TWICE,
        Verdict.MATCHED,
        Verdict.PAID_TWICE,
        Verdict.MATCHED,
    ]
    for otherwise in ("500.01,2026-11-23,B1", "500.00,2026-11-24,B1", "500.00,2026-11-23,B9"):
        number = (await imported(database, f"{HEAD}{paid},{otherwise}\n")).number
        assert await verdicts(database, number) == [Verdict.PAID_TWICE]


async def test_a_statement_that_was_withdrawn_counts_no_more_and_stays_in_the_record(database: Database) -> None:
    paid, missing = [await grant(database, LedgerState.SENT, LedgerState.CONFIRMED) for _ in range(2)]
    wrong, right = (
        f"{HEAD}{paid},{amount},2026-11-01,\n{missing},500.00,2026-11-01,\n" for amount in ("5.00", "500.00")
    )
    mistaken = (await imported(database, wrong)).number
    after = (await imported(database, right)).number
    assert (await verdicts(database, after))[0] is Verdict.PAID_TWICE
    await withdrawn(database, mistaken)
    assert await verdicts(database, after) == [Verdict.MATCHED, Verdict.MATCHED]
    async with database.transaction() as session:
        kept = await seen_statement(session, mistaken)
        assert [line.statement_id for line in await lines_about(session, [paid])] == [after]
    assert kept is not None
    assert (kept.row.lines, kept.row.withdrawn_because, kept.withdrawer) == (2, "The wrong file.", "Petra")
    await withdrawn(database, after)
    async with database.transaction() as session:
        assert await missing_from_statements(session, NOON + timedelta(days=11)) == [], "no statement counts"
    again = await imported(database, right)
    assert not again.was_there
    assert again.number > after
    assert await verdicts(database, again.number) == [Verdict.MATCHED, Verdict.MATCHED]


async def test_finance_alone_withdraws_once_with_a_reason(database: Database) -> None:
    key = await grant(database, LedgerState.SENT, LedgerState.CONFIRMED)
    number = (await imported(database, f"{HEAD}{key},500.00,2026-11-01,\n")).number
    for because, role, which, sentence in (
        (" ", Role.FINANCE, number, "Say why"),
        ("x" * 501, Role.FINANCE, number, "at most 500"),
        ("Why.", Role.OPERATOR, number, "finance"),
        ("Why.", Role.FINANCE, 999, "no statement"),
    ):
        with pytest.raises(NotWithdrawn, match=sentence):
            await withdrawn(database, which, because, role)
    await withdrawn(database, number)
    with pytest.raises(NotWithdrawn, match="already"):
        await withdrawn(database, number)


async def withdrawn(
    database: Database, number: int, because: str = "The wrong file.", role: Role = Role.FINANCE
) -> None:
    (person,) = await officers(database, 1, role)
    async with database.transaction() as session:
        await withdraw_statement(session, person, number, because, NOON)


async def test_what_the_statement_shows_settles_an_unknown_payment(database: Database) -> None:
    key = await grant(database, LedgerState.SENT, LedgerState.UNKNOWN)
    number = (await imported(database, f"{HEAD}{key},500.00,2026-11-23,\n")).number
    async with database.transaction() as session:
        await paid_otherwise(session, key, f"statement {number} line 2", NOON, "finance")
    assert await verdicts(database, number) == [Verdict.PAID_OTHERWISE_TOO]


async def test_the_same_file_again_changes_nothing_also_at_once(database: Database) -> None:
    key = await grant(database, LedgerState.SENT, LedgerState.CONFIRMED)
    text = f"{HEAD}{key},500.00,2026-11-23,\n"
    both = await asyncio.gather(imported(database, text), imported(database, text, "again.csv"))
    third = await imported(database, text)
    assert {one.number for one in both} == {third.number}
    assert sorted([one.was_there for one in both]) == [False, True]
    assert third.was_there
    assert await verdicts(database, third.number) == [Verdict.MATCHED]


async def test_a_file_with_a_mark_before_it_and_without_references_is_read(database: Database) -> None:
    (line,) = check_statement(b"\xef\xbb\xbfamount,paid_on,payment_key\r\n0.01,1/4/2027,grant-C1\r\n")
    assert (line.key, line.pence, line.on.isoformat(), line.reference, line.number) == (
        "grant-C1",
        1,
        "2027-04-01",
        None,
        2,
    )


async def test_all_or_nothing_and_every_fault_with_its_line(database: Database) -> None:
    text = HEAD + "grant-1,500.00,2026-11-23,\n,12,31/02/2026,x\ngrant-3,-5.00,2026-11-23,\ngrant-4,0.00,23.11.2026,\n"
    with pytest.raises(StatementRefused) as raised:
        await imported(database, text)
    assert [str(fault) for fault in raised.value.faults] == [
        "line 3: payment_key is empty; fill it in.",
        "line 3: amount is not a sum of pounds with two decimals, like 500.00, that was paid.",
        "line 3: paid_on is not a date of the calendar, written like 2026-11-23 or 23/11/2026.",
        "line 4: amount is not a sum of pounds with two decimals, like 500.00, that was paid.",
        "line 5: amount is not a sum of pounds with two decimals, like 500.00, that was paid.",
        "line 5: paid_on is not a date of the calendar, written like 2026-11-23 or 23/11/2026.",
    ]
    for content in (b"", b"payment_key;amount;paid_on\n", b"\xff\xfe", b"payment_key,amount\ng,1.00\n", HEAD.encode()):
        with pytest.raises(StatementRefused):
            check_statement(content)


async def test_a_sum_that_is_too_large_to_be_kept_is_a_fault_with_its_line(database: Database) -> None:
    """The largest that a column of pence holds is taken; a penny more, and any number of millions, is named."""
    most = await imported(database, f'{HEAD}grant-1,"21,474,836.47",2026-11-23,\n')
    assert await verdicts(database, most.number) == [Verdict.NOT_OURS]
    text = HEAD + "".join(
        f'grant-1,"{sum_}",2026-11-23,\n' for sum_ in ("21,474,836.48", "99,999,999.00", f"9{',999' * 40}.00")
    )
    with pytest.raises(StatementRefused) as raised:
        await imported(database, text)
    assert [fault.line for fault in raised.value.faults] == [2, 3, 4]
    assert str(raised.value.faults[1]) == "line 3: amount is more than £21,474,836.47, which no payment is."


async def test_what_is_paid_and_stands_on_no_statement_is_found_after_ten_days(database: Database) -> None:
    shown, missing = [await grant(database, LedgerState.SENT, LedgerState.CONFIRMED) for _ in range(2)]
    async with database.transaction() as session:
        assert await missing_from_statements(session, NOON + timedelta(days=30)) == [], "no statement yet"
    await imported(database, f"{HEAD}{shown},500.00,2026-11-01,\n")
    async with database.transaction() as session:
        assert await missing_from_statements(session, NOON + timedelta(days=9)) == []
        assert [line.key for line in await missing_from_statements(session, NOON + timedelta(days=11))] == [missing]


async def test_every_number_is_the_list_behind_it(database: Database) -> None:
    sent, confirmed, unknown, failed = LedgerState.SENT, LedgerState.CONFIRMED, LedgerState.UNKNOWN, LedgerState.FAILED
    for states in (
        (),
        (sent,),
        (sent, unknown),
        (sent, failed),
        (sent, confirmed),
        (sent, confirmed, LedgerState.REVERSED),
    ):
        await grant(database, *states)
    owed, otherwise = await grant(database, sent, confirmed), await grant(database, sent, confirmed)
    async with database.transaction() as session:
        row = await session.get_one(GrantRow, owed)
        await grants.correct_grant(session, owed, -12_345, row.signed_off_by_act, NOON)
        (await session.get_one(GrantRow, otherwise)).paid_otherwise = "CHAPS 1"
        await session.flush()
        sums = await sums_by_state(session, LedgerFilter())
        for state in MoneyState:
            lines = await ledger_lines(session, LedgerFilter(state=state))
            of_lines = (len(lines), sum(line.pence for line in lines), sum(line.owed_pence for line in lines))
            assert (sums[state].count, sums[state].pence, sums[state].owed_pence) == of_lines
        assert (sums[MoneyState.OWED_BACK].count, sums[MoneyState.OWED_BACK].owed_pence) == (2, 62_345)
        assert sums[MoneyState.DUE].count == 8 * 3 - 8 + 1, "what was not begun is due as well"


def test_every_verdict_has_its_words_and_can_happen() -> None:
    assert set(WHAT_TO_DO) == set(IN_WORDS) == set(Verdict)
    happen = {
        verdict_of("k", 1, OfLedger(key, pence, state, taken_back), paid_before=before)
        for key in ("k", "k/2")
        for pence in (1, 2)
        for state in MoneyState
        for taken_back in (True, False)
        for before in (True, False)
    }
    assert happen | {verdict_of("k", 1, None, paid_before=False)} == set(Verdict)
