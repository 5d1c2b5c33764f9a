"""The authority's policy of each academic year, every version of it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.policy import Policy
from store.tables import PolicyRow

_POLICY = TypeAdapter(Policy)


async def newest_policy(session: AsyncSession, academic_year: str) -> PolicyRow | None:
    """The newest version for a year, else the newest of the latest year before it; None where neither is there."""
    query = (
        select(PolicyRow)
        .where(PolicyRow.academic_year <= academic_year)
        .order_by(PolicyRow.academic_year.desc(), PolicyRow.version.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def newest_version(session: AsyncSession, academic_year: str) -> PolicyRow | None:
    """The newest version of this year's own policy."""
    row = await newest_policy(session, academic_year)
    return row if row is not None and row.academic_year == academic_year else None


def add_policy(session: AsyncSession, policy: Policy, version: int, source: str, now: datetime) -> Policy:
    """Keep a version with the file that it comes from; gives the policy as reviews will carry it."""
    numbered = replace(policy, version=version)
    session.add(
        PolicyRow(
            academic_year=policy.academic_year,
            version=version,
            name=policy.name,
            policy=_to_json(numbered),
            source=source,
            imported_at=now,
        )
    )
    return numbered


def policy_of(row: PolicyRow) -> Policy:
    """Fields that a newer release added come with their default."""
    return _POLICY.validate_python(row.policy)


def _to_json(policy: Policy) -> dict[str, Any]:
    stored: dict[str, Any] = _POLICY.dump_python(policy, mode="json")
    return stored
