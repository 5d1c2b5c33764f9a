"""How sentences list things."""

from collections.abc import Sequence


def listed(words: Sequence[str], last: str = "and") -> str:
    """`homework`, `homework and careers`, `homework, careers and transition`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
