"""Why an act is refused: the rule's id and a sentence that a teacher understands and that says what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`rule` is the id of a row of PROCESS.md or one of FORM, ROLE, STALE, ORDER (ACTS.md)."""

    rule: str
    sentence: str
    recorded: str | None = None
    """The sentence without what somebody typed, where `sentence` repeats it: the history keeps nobody's words."""

    @property
    def for_the_history(self) -> str:
        return self.recorded or self.sentence
