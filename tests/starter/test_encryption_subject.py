"""Workflows and activities that the encryption tests run in the real sandbox. Only `contracts` and the shapes pass."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, ChildWorkflowError

from tests.starter.test_encryption_shapes import Journey, Shape

SOON = timedelta(seconds=10)
ONCE = RetryPolicy(maximum_attempts=1)


def word(place: str) -> str:
    """A word that stands in one place only, made where it is used so that it travels no other way."""
    return "Zq" + place.replace("_", "Xk") + "Vw"


@activity.defn
async def echo(shape: Shape) -> Shape:
    return shape


@activity.defn
async def confide(_told: str) -> str:
    return word("activity_result")


@activity.defn
async def confide_here() -> str:
    return word("local_result")


@activity.defn
async def fail() -> None:
    try:
        raise KeyError(word("failure_cause"))
    except KeyError as error:
        raise ApplicationError(word("failure_message"), word("failure_details")) from error


@activity.defn
async def fail_here() -> None:
    raise ApplicationError(word("local_failure"))


@workflow.defn
class Traveller:
    """Sends a shape through every way that a value can take, and gives back what arrived."""

    @workflow.init
    def __init__(self, journey: Journey) -> None:
        self.shapes = dict(journey.came_through)
        self.on = journey.on
        self.at = journey.at

    @workflow.run
    async def run(self, journey: Journey) -> Journey:
        if not journey.came_through:
            await self.travel(journey)
        return Journey(journey.shape, self.shapes | {"continue_as_new": journey.shape}, self.on, self.at)

    async def travel(self, journey: Journey) -> None:
        await workflow.wait_condition(lambda: "signal" in self.shapes and self.at is not None)
        self.shapes["argument"] = journey.shape
        self.shapes["activity"] = await workflow.execute_activity(echo, journey.shape, start_to_close_timeout=SOON)
        self.shapes["local_activity"] = await workflow.execute_local_activity(
            echo, journey.shape, start_to_close_timeout=SOON
        )
        self.shapes["child"] = await workflow.execute_child_workflow(
            Echoes.run, journey.shape, id=f"{workflow.info().workflow_id}-child"
        )
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(Journey(journey.shape, self.shapes, self.on, self.at))

    @workflow.signal
    def told(self, shape: Shape) -> None:
        self.shapes["signal"] = shape

    @workflow.signal
    def moved(self, on: date, at: datetime) -> None:
        """Types that are named in sandboxed code reach the converter as stand-ins."""
        self.on, self.at = on, at

    @workflow.update
    async def ask(self, shape: Shape) -> Shape:
        self.shapes["update"] = shape
        return shape

    @workflow.query
    def what(self, shape: Shape) -> Shape:
        return shape


@workflow.defn
class Echoes:
    @workflow.run
    async def run(self, shape: Shape) -> Shape:
        return shape


@workflow.defn
class Confider:
    """Puts a word into every place of its history."""

    def __init__(self) -> None:
        self.signalled = False

    @workflow.run
    async def run(self, _told: str, generation: int = 0) -> str:
        workflow.set_current_details(word("current_details"))
        workflow.upsert_memo({"note": word("memo_upsert")})
        if generation == 0:
            await self.confide()
        await workflow.execute_local_activity(confide_here, start_to_close_timeout=SOON)
        await self.local_activity_that_fails()
        return word("workflow_result")

    async def confide(self) -> None:
        await workflow.execute_activity(
            confide, word("activity_argument"), start_to_close_timeout=SOON, summary=word("activity_summary")
        )
        await workflow.sleep(timedelta(milliseconds=1), summary=word("timer_summary"))
        await self.activity_that_fails()
        await self.child_that_fails()
        await workflow.wait_condition(lambda: self.signalled and workflow.all_handlers_finished())
        workflow.continue_as_new(args=[word("continued_argument"), 1])

    async def activity_that_fails(self) -> None:
        try:
            await workflow.execute_activity(fail, start_to_close_timeout=SOON, retry_policy=ONCE)
        except ActivityError:
            return

    async def local_activity_that_fails(self) -> None:
        try:
            await workflow.execute_local_activity(fail_here, start_to_close_timeout=SOON, retry_policy=ONCE)
        except ApplicationError:  # a local activity's failure comes without the ActivityError around it
            return

    async def child_that_fails(self) -> None:
        child = f"{workflow.info().workflow_id}-child"
        try:
            await workflow.execute_child_workflow(Failing.run, word("child_argument"), id=child)
        except ChildWorkflowError:
            return

    @workflow.signal
    def told(self, _words: str) -> None:
        self.signalled = True

    @workflow.update
    async def ask(self, _words: str) -> str:
        return word("update_result")


@workflow.defn
class Failing:
    """Passes an activity's failure on as its own."""

    @workflow.run
    async def run(self, _told: str) -> None:
        await workflow.execute_activity(fail, start_to_close_timeout=SOON, retry_policy=ONCE)


@workflow.defn
class Broken:
    """A bug: its workflow task fails again and again."""

    @workflow.run
    async def run(self) -> None:
        raise ValueError(word("bug"))


@workflow.defn
class Patient:
    """Waits for two words, for as long as it takes."""

    def __init__(self) -> None:
        self.words: list[str] = []

    @workflow.run
    async def run(self, first: str) -> list[str]:
        await workflow.wait_condition(lambda: len(self.words) == 2)
        return [first, *self.words]

    @workflow.signal
    def told(self, word: str) -> None:
        self.words.append(word)


WORKFLOWS = [Traveller, Echoes, Confider, Failing, Broken, Patient]
ACTIVITIES: list[Callable[..., Any]] = [echo, confide, confide_here, fail, fail_here]

PLACES = (
    *("argument", "signal", "update_argument", "update_result", "memo", "memo_upsert", "header", "static_summary"),
    *("activity_argument", "activity_result", "activity_summary", "timer_summary", "local_result", "local_failure"),
    *("failure_message", "failure_details", "failure_cause", "bug", "child_argument", "continued_argument"),
    *("workflow_result",),
)
