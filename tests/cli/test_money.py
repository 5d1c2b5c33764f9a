"""`./pep payments` and `./pep statement`: how money stands, and a statement beside it, without a child's name."""

from pathlib import Path

from contracts.people import Role
from store import grants
from store.grants import LedgerState
from store.staff import give_staff_role
from tests.cli.conftest import Service
from tests.support.grant_cases import NOON, add_case

FINANCE = "payments@council.example"


async def paid(service: Service) -> str:
    case = await add_case(service.database)
    async with service.database.transaction() as session:
        row = await grants.intend(session, case.grant(), NOON)
        for state in (LedgerState.SENT, LedgerState.CONFIRMED):
            await grants.mark(session, row.key, state, NOON)
        await give_staff_role(session, FINANCE, Role.FINANCE, "Petra Moss")
    return row.key


async def test_payments_by_state_and_one_by_one(service: Service) -> None:
    key = await paid(service)
    shown = await service.pep("payments")
    assert (shown.code, f"{'paid':<16}{1:>7}{'500.00':>15}" in shown.out.splitlines()) == (0, True)
    listed = await service.pep("payments", "--state", "paid")
    assert listed.out == f"{key}  500.00  100001  {key.split('-')[1]}  2026/27 autumn\n"


async def test_a_statement_is_compared_by_somebody_of_finance_and_once(service: Service, tmp_path: Path) -> None:
    key, file = await paid(service), tmp_path / "november.csv"
    file.write_text(f"payment_key,amount,paid_on\n{key},500.00,2026-11-23\nBACS-1,1.00,2026-11-23\n")
    checked = await service.pep("statement", str(file), "--dry-run")
    assert "2 lines, and nothing is wrong" in checked.out
    refused = await service.pep("statement", str(file), "--by", "nobody@council.example")
    assert (refused.code != 0, "somebody of finance" in refused.err) == (True, True)
    done = await service.pep("statement", str(file), "--by", FINANCE)
    assert (done.code, done.out.splitlines()[-1]) == (0, "Statement 1: 1 of 2 lines match.")
    assert "line 3: BACS-1: Not in our ledger." in done.out
    again = await service.pep("statement", str(file), "--by", FINANCE)
    assert "imported before, as statement 1" in again.out


async def test_a_faulty_statement_changes_nothing_and_names_each_line(service: Service, tmp_path: Path) -> None:
    file = tmp_path / "november.csv"
    file.write_text("payment_key,amount,paid_on\nx,5,2026-11-23\n")
    refused = await service.pep("statement", str(file), "--by", FINANCE)
    assert refused.code != 0
    assert "line 2: amount is not a sum of pounds" in refused.err
    assert "Nothing was imported." in refused.err
