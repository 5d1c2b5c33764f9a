"""What casework cannot do, typed, each with who must act."""


class UnknownCase(Exception):
    """No such case, or it is foreign to the person who asks: the two are told apart to nobody (404)."""

    def __init__(self) -> None:
        super().__init__("There is no case with this reference that you work with. Check the reference.")


class StepWithoutEffect(Exception):
    """Something is due, and doing what is due changes nothing: a fault of this service, for an operator to report."""

    def __init__(self) -> None:
        super().__init__("A deadline has passed and nothing follows from it. Nothing was changed.")
