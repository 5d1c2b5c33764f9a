"""Why a repair is not done, in sentences for whoever asked for it."""

from collections.abc import Sequence


class RepairRefused(Exception):
    """Nothing was done. Each sentence says what is wrong and what to do; none names anybody."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("the repair was refused")
        self.sentences = tuple(sentences)


class UnknownRepair(Exception):
    """There is no such repair or problem, or it is not this person's to see."""
