"""What the list of workflows can be searched by. Never encrypted, so never about a person: opaque ids and terms."""

from enum import StrEnum

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes


class PepKind(StrEnum):
    """What a workflow is for."""

    CYCLE = "cycle"
    REVIEW = "review"
    FUNDING = "funding"


CASE = SearchAttributeKey.for_keyword("PepCase")
"""The opaque case id."""

TERM = SearchAttributeKey.for_keyword("PepTerm")
"""`Term.key`, for instance `2026/27 autumn`."""

KIND = SearchAttributeKey.for_keyword("PepKind")
"""A `PepKind`."""

ALL_KEYS = (CASE, TERM, KIND)


def search_attributes(case_id: str, kind: PepKind, term: str | None = None) -> TypedSearchAttributes:
    """What a workflow is started with; they never change, so no run pays for an upsert."""
    pairs = [SearchAttributePair(CASE, case_id), SearchAttributePair(KIND, kind.value)]
    if term is not None:
        pairs.append(SearchAttributePair(TERM, term))
    return TypedSearchAttributes(pairs)
