"""What was kept of the attempts of a step: the newest, in its own run, after it was tried again."""

from datetime import timedelta

from store.attempts import NewAttempt, Step, newest_of, note_attempt
from store.database import Database
from tests.support.clock import FIRST_MORNING

NOW = FIRST_MORNING
WORKFLOW = "pep-review-a"


async def _noted(database: Database, run_id: str, minutes: int, *, succeeded: bool) -> None:
    error = None if succeeded else "FinanceUnavailable"
    at = NOW + timedelta(minutes=minutes)
    async with database.transaction() as session:
        await note_attempt(
            session,
            NewAttempt(at, WORKFLOW, run_id, "release_grant", "5", 1, False, succeeded, error, None),
        )


async def test_a_step_of_another_run_says_nothing_of_this_one(database: Database) -> None:
    """Started anew, a workflow numbers its activities anew."""
    await _noted(database, "old", 1, succeeded=False)
    await _noted(database, "old", 2, succeeded=False)
    await _noted(database, "new", 3, succeeded=True)
    of_old, of_new, of_any = (Step(WORKFLOW, run, "5") for run in ("old", "new", None))
    by_type = Step(WORKFLOW, None, "release_grant")
    async with database.transaction() as session:
        found = await newest_of(session, {of_old, of_new, of_any, by_type}, NOW)
        later = await newest_of(session, {of_old, of_any}, NOW + timedelta(minutes=2))
    assert {step: attempt.run_id for step, attempt in found.items()} == {
        of_old: "old", of_new: "new", of_any: "new", by_type: "new",
    }  # fmt: skip
    assert found[of_old].at == NOW + timedelta(minutes=2)
    assert set(later) == {of_any}
