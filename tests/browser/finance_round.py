"""Finance makes a payment run and compares a statement; axe looks at every page of that, also as it refuses."""

from playwright.async_api import FilePayload

from tests.browser.axe import assert_accessible
from tests.browser.cast import FINANCE, IN_FORCE
from tests.browser.stage import Stage


async def looks_at_a_run_and_a_statement(stage: Stage) -> None:
    """What `IN_FORCE` was paid goes into a run and onto a statement."""
    person = await stage.signed_in(FINANCE)
    await person.goes("/payments/runs/new")
    await assert_accessible(stage, person)
    await person.presses("Make the run")
    await person.sees("somebody else of finance approves it")
    await assert_accessible(stage, person)
    await person.presses("Cancel this run")
    await person.sees("There is a problem")
    await assert_accessible(stage, person)
    await person.goes("/payments/runs")
    await assert_accessible(stage, person)
    await person.goes("/payments/statements")
    await person.presses("Compare")
    await person.sees("There is a problem")
    await assert_accessible(stage, person)
    lines = f"payment_key,amount,paid_on\ngrant-{IN_FORCE}-2026-27-autumn,500.00,2026-10-16\nBACS-1,1.00,2026-10-16\n"
    file = FilePayload(name="october.csv", mimeType="text/csv", buffer=lines.encode())
    await person.page.set_input_files("#file", file)
    await person.presses("Compare")
    await person.sees("Not in our ledger")
    await assert_accessible(stage, person)
