"""The usual reasons for which the Virtual School returns a plan: chosen on the form, counted in the reports.

A return keeps them as texts, exactly as they stand here, beside its own words: reports count what is equal. A sentence
that has been in use is not changed; a better one is a new one.
"""

USUAL_REASONS = (
    "A target has no measure.",
    "A target has no baseline.",
    "A target cannot be achieved in 12 weeks.",
    "A target is too general.",
    "The cost is not linked to a target.",
    "The evidence of impact is missing.",
    "The child's voice is missing.",
    "The impact on the previous targets is missing.",
)
