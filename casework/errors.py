"""What casework cannot do, typed, each with who must act."""


class UnknownCase(Exception):
    """No such case, or it is foreign to the person who asks: the two are told apart to nobody (404)."""

    def __init__(self) -> None:
        super().__init__("There is no case with this reference that you work with. Check the reference.")


class NotSetUp(Exception):
    """The database has no authority yet; the operator imports term dates and a roll first."""

    def __init__(self) -> None:
        super().__init__("No authority is set up here yet: import the term dates, then the roll.")
