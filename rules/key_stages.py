"""The key stages of English schools: how reports group year groups."""

KEY_STAGES = ("Early years", "Key stage 1", "Key stage 2", "Key stage 3", "Key stage 4", "Post-16")
_LAST_YEAR_OF = ((2, "Key stage 1"), (6, "Key stage 2"), (9, "Key stage 3"), (11, "Key stage 4"))


def key_stage_of(year_group: str) -> str:
    """`Y7` is in key stage 3; nursery and Reception are early years, Y12 and later post-16."""
    if not year_group.startswith("Y"):
        return "Early years"
    year = int(year_group[1:])
    return next((name for last, name in _LAST_YEAR_OF if year <= last), "Post-16")
