"""When a young person is no longer a child in care: at 18 (Children Act 1989, s. 105)."""

from datetime import date

_OF_AGE = 18


def comes_of_age(date_of_birth: date) -> date:
    """The London day of the 18th birthday. Born on 29 February, in a year without one it is 1 March."""
    year = date_of_birth.year + _OF_AGE
    try:
        return date_of_birth.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
