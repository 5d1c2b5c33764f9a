"""What a migration locks before it changes anything, so that code that is running is never made to fail.

An act locks its case first and its review, grants, funding and letters after it. A migration that took them in another
order, one statement after the other, would hold what an act wants and want what it holds; PostgreSQL then ends one of
the two, and it may be the act. So a migration takes everything at its beginning: the cases first, waiting while it
holds nothing else, and then the others with so little patience that it gives up itself (store/migrate.py tries again)
before PostgreSQL looks for deadlocks, which is after a second (`deadlock_timeout`).
"""

from collections.abc import Callable

_FIRST = "cases"
_IN_THE_ORDER_OF_ACTS = ("reviews", "grants", "funding", "letters")
_READ_MEANWHILE = ("case_events", "section_revisions", "case_roles", "people", "schools", "authority")
"""They get indexes, triggers and foreign keys: nobody writes to them meanwhile, everybody may read."""
_PATIENCE, _AT_ONCE = "3s", "80ms"
"""For the cases, and so long the pages wait with us; and for each of the ten others: together less than a second."""


def lock_the_record(execute: Callable[[str], object]) -> None:
    """At the top of a migration that changes tables of the record. They are ours until the transaction ends.

    Raises PostgreSQL's `lock_not_available` where somebody works with them; so does any lock that is taken later.
    """
    execute(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
    execute(f"LOCK TABLE {_FIRST} IN ACCESS EXCLUSIVE MODE")
    execute(f"SET LOCAL lock_timeout = '{_AT_ONCE}'")
    execute(f"LOCK TABLE {', '.join(_IN_THE_ORDER_OF_ACTS)} IN ACCESS EXCLUSIVE MODE")
    execute(f"LOCK TABLE {', '.join(_READ_MEANWHILE)} IN SHARE ROW EXCLUSIVE MODE")
