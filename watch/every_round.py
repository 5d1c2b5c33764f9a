"""Every round of the watch. A new one is named here, and says whether several watches may walk it at the same time."""

from collections.abc import Sequence

from watch.leading import Lead
from watch.parts import Parts
from watch.rounds import Round


def every_round(parts: Parts, lead: Lead) -> Sequence[Round]:
    """What this process walks again and again."""
    return [lead.alone(one) for one in _of_one_watch(parts)]


def _of_one_watch(_parts: Parts) -> list[Round]:
    """Only the watch that leads walks these."""
    return []
