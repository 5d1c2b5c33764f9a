"""Whose numbers hold: the import of policy files, and the policy of an academic year (docs/policies.md)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from casework.policy_file import read_policy, shipped_default
from contracts.clock import Clock
from contracts.policy import Policy
from store.database import Database
from store.policies import add_policy, newest_policy, newest_version, policy_of
from store.roll import one_import_at_a_time

PolicyHook = Callable[[AsyncSession], Awaitable[None]]
"""Told that a policy is new, inside the import's transaction."""


@dataclass(frozen=True, slots=True)
class PolicyImport:
    """What an import of a policy file did."""

    source_name: str
    policy: Policy
    is_new: bool

    def in_words(self) -> str:
        policy = self.policy
        version = f"version {policy.version} of the policy for {policy.academic_year}, {policy.name}"
        if not self.is_new:
            return f"{self.source_name} is {version} already; nothing was changed."
        return f"{self.source_name} is now {version}. Reviews that are open keep the numbers they opened with."


@dataclass(frozen=True, slots=True)
class HoldingPolicy:
    """The policy that holds for a year, with the text of the file that it comes from."""

    policy: Policy
    text: str
    is_shipped: bool
    is_carried_over: bool
    """From an earlier year; its cut-off dates are left out."""


async def import_policy(
    database: Database, clock: Clock, content: bytes, *, source_name: str, on_new_policy: PolicyHook | None = None
) -> PolicyImport:
    """Keep a policy file as the newest version for its academic year; the newest again changes nothing.

    Raises `ImportRefusedError` with every fault; then nothing is stored.
    """
    file = read_policy(content)
    async with database.transaction() as session:
        await one_import_at_a_time(session)
        newest = await newest_version(session, file.policy.academic_year)
        if newest is not None and newest.source == file.text:
            return PolicyImport(source_name, policy_of(newest), is_new=False)
        version = newest.version + 1 if newest else 1
        policy = add_policy(session, file.policy, version, file.text, await clock.now())
        if on_new_policy is not None:
            await session.flush()
            await on_new_policy(session)
    return PolicyImport(source_name, policy, is_new=True)


async def policy_for(session: AsyncSession, academic_year: str) -> Policy:
    """The numbers for a review that opens in an academic year: one query by primary key, and no file.

    The newest version for that year; else that of the latest year before it, without cut-offs, because dates do not
    carry over; else the guidance's, as this service ships them.
    """
    return (await holding_policy(session, academic_year)).policy


async def holding_policy(session: AsyncSession, academic_year: str) -> HoldingPolicy:
    """As `policy_for`, with the file that says so."""
    row = await newest_policy(session, academic_year)
    shipped = shipped_default()
    policy, text = (policy_of(row), row.source) if row else (shipped.policy, shipped.text)
    is_carried_over = policy.academic_year != academic_year
    if is_carried_over:
        policy = replace(policy, cut_offs=())
    return HoldingPolicy(policy, text, is_shipped=row is None, is_carried_over=is_carried_over)
