"""Two people of finance note a payment as paid while an attempt is asking about it: what they noted stands."""

import pytest

from activities.finance import PaymentAnswer
from activities.grants import Grants
from tests.finance.test_payment_repairs import GRANT, desk, grant, noted, paying, tried
from tests.support.finance_book import FinanceBook, Manner, UnreliableFinance
from tests.support.taken import Desk

__all__ = ["desk", "paying"]


class NotedMeanwhile(UnreliableFinance):
    """A finance system whose answer about a payment arrives after finance has noted it as paid by other means."""

    def __init__(self, desk: Desk, book: FinanceBook) -> None:
        super().__init__(book)
        self._desk = desk

    async def look_up(self, key: str) -> PaymentAnswer:
        answer = await super().look_up(key)
        async with self._desk.database.transaction() as session:
            await noted(session, key, self._desk.clock)
        return answer


@pytest.mark.parametrize("finance_refuses", [True, False])
async def test_A8_what_was_noted_as_paid_stands_whatever_the_finance_system_answers_late(
    paying: Desk, finance_refuses: bool
) -> None:
    book = FinanceBook()
    book.plan(Manner.HANG_BEFORE if finance_refuses else Manner.HANG_AFTER, Manner.HANG_BEFORE)
    assert await tried(paying, book) is not None, "nobody can say whether it was paid"
    if finance_refuses:
        book.refused.add(GRANT)
    book.recover()
    review = (await paying.reviews())[0].plan.review_id
    await Grants(paying.database, paying.clock, NotedMeanwhile(paying, book)).release_grant(review)
    row = await grant(paying)
    assert (row.state, row.paid_otherwise) == ("confirmed", "CHAPS 4711")
    assert await paying.stages() == ["in_force"]
