"""What is stuck on the stage, as the watch would have stored it, so that there is something to see at the console."""

from dataclasses import dataclass
from datetime import timedelta

from contracts.problems import ProblemKind, ProblemState, RepairKind
from repairs.desk import Asked, Operator, RepairDesk
from store.caseload import roles_everywhere
from store.cases import person_at
from store.watch_tables import Sweep
from tests.browser import cast
from tests.browser.stage import Stage
from tests.web.console.stuck import a_problem, works

WHY = "The bank says that it works again."


@dataclass(frozen=True)
class Stuck:
    """The numbers of the problems and of a repair that runs."""

    payments: int
    letter: int
    unsure: int
    code: int
    repair: int


async def gets_stuck(stage: Stage) -> Stuck:
    """Payments that fail, a letter that did not arrive, a payment nobody is sure of, and code that does not fit."""
    database, now = stage.house.database, stage.house.clock.instant
    await works(database, now)
    payments = await a_problem(database, now, *cast.CHILDREN)
    letter = await a_problem(
        database, now, cast.PREPARING, kind=ProblemKind.LETTER_NOT_DELIVERED, step="escalation",
        error_type="MailBounced", pence=0,
    )  # fmt: skip
    unsure = await a_problem(
        database, now, cast.IN_FORCE, kind=ProblemKind.PAYMENT_UNSURE, step="grant", error_type="FinanceUnknown"
    )
    code = await a_problem(
        database, now, cast.COMPLETING, cast.SIGNING, kind=ProblemKind.WORKFLOW_FAILING, step="PepReview",
        error_type="NondeterminismError", state=ProblemState.CAME_BACK,
    )  # fmt: skip
    async with database.transaction() as session:
        session.add(
            Sweep(name="activity_failing", ended_at=now - timedelta(seconds=6), tried_at=now, facts={"stuck": 9})
        )
    return Stuck(payments, letter, unsure, code, await _tries_now(stage, payments))


async def _tries_now(stage: Stage, problem: int) -> int:
    database = stage.house.database
    async with database.transaction() as session:
        person_id = await person_at(session, cast.OPERATOR)
        assert person_id
        operator = Operator(person_id, await roles_everywhere(session, person_id))
    desk = RepairDesk(database, stage.house.clock)
    return await desk.preview(operator, Asked(RepairKind.TRY_NOW, WHY, problem))
