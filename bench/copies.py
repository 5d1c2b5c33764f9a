"""Copies of reviews with everything that belongs to them: many years for many children, without playing each one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_PAIRS = """
    CREATE TEMP TABLE pairs (old_case text, new_case text, old_review text, new_review text, days int) ON COMMIT DROP
"""
_PLANS = """
    INSERT INTO reviews (id, case_id, academic_year, term, ends_on, plan, standing, stage, school_urn, wake_at,
                         reported_team, reported_school_urn, reported_out_of_area)
    SELECT new_review, new_case, academic_year, term, ends_on, replace(plan::text, old_case, new_case)::jsonb,
           standing, stage, cases.school_urn, wake_at, cases.team, cases.school_urn,
           schools.calendar <> authority.calendar
    FROM pairs JOIN reviews ON reviews.id = old_review JOIN cases ON cases.id = new_case
    JOIN schools ON schools.urn = cases.school_urn LEFT JOIN authority ON true
"""
_CONTENT = (
    """
    INSERT INTO acts (id, case_id, review_id, action, by, person_id, body, at)
    SELECT md5(id || new_review), new_case, new_review, action, by, person_id, body, at - make_interval(days => days)
    FROM pairs JOIN acts ON review_id = old_review
    """,
    """
    INSERT INTO section_revisions (review_id, section, role, act_id, revision, content, written_at)
    SELECT new_review, section, role, md5(act_id || new_review), revision, content,
           written_at - make_interval(days => days)
    FROM pairs JOIN section_revisions ON review_id = old_review ORDER BY new_review, id
    """,
    """
    INSERT INTO attendees (review_id, kind, name, email, answer, answered_at)
    SELECT new_review, kind, name, email, answer, answered_at - make_interval(days => days)
    FROM pairs JOIN attendees ON review_id = old_review
    """,
    """
    INSERT INTO case_events (case_id, review_id, at, what, by, facts)
    SELECT new_case, new_review, at - make_interval(days => days), what, by, facts
    FROM pairs JOIN case_events ON review_id = old_review ORDER BY new_review, id
    """,
    """
    INSERT INTO letters (review_id, case_id, kind, role, step, intended_role, level, facts, address, message_id, dated,
                         state, attempts, smtp_code, claimed_at, next_try_at, settled_at)
    SELECT new_review, new_case, kind, role, step, intended_role, level, facts, address,
           md5(message_id || new_review), dated - make_interval(days => days), 'sent', 1, 250, NULL, next_try_at,
           dated - make_interval(days => days)
    FROM pairs JOIN letters ON review_id = old_review
    """,
    """
    INSERT INTO grants (key, case_id, review_id, academic_year, term, school_urn, pence, cap_pence, state,
                        signed_off_by_act, intended_at, settled_at)
    SELECT md5(key || new_review), new_case, new_review, there.academic_year, there.term, cases.school_urn, pence,
           cap_pence, state, md5(signed_off_by_act || new_review), intended_at - make_interval(days => days),
           settled_at - make_interval(days => days)
    FROM pairs JOIN grants ON grants.review_id = old_review JOIN reviews there ON there.id = new_review
    JOIN cases ON cases.id = new_case
    """,
    """
    INSERT INTO destinations (workflow_id, last_number, closed)
    SELECT 'pep-review-' || new_review, last_number, closed
    FROM pairs JOIN destinations ON workflow_id = 'pep-review-' || old_review
    """,
)


@dataclass(frozen=True, slots=True)
class Copy:
    """One review that becomes another: of another child, or `days` earlier."""

    old_case: str
    new_case: str
    old_review: str
    new_review: str
    days: int = 0


async def copy(session: AsyncSession, copies: Sequence[Copy], *, with_plans: bool) -> None:
    """Copy what belongs to these reviews; `with_plans` their rows too, for another child at the same time."""
    # What is copied keeps its references by itself, and nobody listens to hear that a case moved.
    await session.execute(text("SET LOCAL session_replication_role = replica"))
    await session.execute(text(_PAIRS))
    rows = [
        {"old_case": c.old_case, "new_case": c.new_case, "old": c.old_review, "new": c.new_review, "days": c.days}
        for c in copies
    ]
    await session.execute(text("INSERT INTO pairs VALUES (:old_case, :new_case, :old, :new, :days)"), rows)
    await session.execute(text("ANALYZE pairs"))
    for statement in (_PLANS, *_CONTENT) if with_plans else _CONTENT:
        await session.execute(text(statement))
