"""What casework cannot do, typed, each with who must act."""


class UnknownCase(Exception):
    """No such case, or it is foreign to the person who asks: the two are told apart to nobody (404)."""

    def __init__(self) -> None:
        super().__init__("There is no case with this reference that you work with. Check the reference.")
