"""The grant of a financial year as a page and a file show it. Money is whole pence inside, pounds in a file."""

from collections.abc import Mapping

from casework.figures import MoneyReport
from contracts.clock import in_words
from rules.figures.money import Money
from rules.financial_year import in_words as year_in_words
from rules.financial_year import last_day_of
from rules.grant import pounds
from web.epep.take_away.sheets import Cell
from web.reports.charts import Bar, bar_chart
from web.reports.parts import Part

_HEADER = ("Sum", "Pounds", "How it is counted")


def money_parts(report: MoneyReport, names: Mapping[str, str], by: str) -> list[Part]:
    """The year's sums, and the same for each team, school, key stage or area."""
    return [_whole(report), _groups(report, names, by)]


def _whole(report: MoneyReport) -> Part:
    money, year = report.whole, year_in_words(report.year)
    rows = _rows(money, report.year)
    shown = (
        ("Allocated", money.allocated),
        ("Approved", money.approved),
        ("Paid", money.paid),
        ("Evidenced", money.evidenced),
        ("Unspent so far", money.unspent),
        ("Unspent on 31 March", money.forecast),
    )
    bars = [Bar(label, pence, pounds(round(pence, -2))) for label, pence in shown]
    title = f"Grant in the financial year {year}"
    chart = bar_chart("grant", title, bars)
    return Part(
        "grant", title, _rule(report), _HEADER, tuple((name, pence / 100, how) for name, pence, how in rows), chart
    )


def _rule(report: MoneyReport) -> str:
    money, end = report.whole, in_words(last_day_of(report.year))
    number = money.expected_plans
    rule = (
        f"What is unspent on {end} goes back to the Department for Education. The forecast is the allocation less what "
        "is paid or kept, what is approved and on its way, and what is expected by dates already agreed: each plan of "
        f"an eligible child that will be signed off by then counts as the usual sum of {pounds(money.usual)}, the "
        f"average of the plans signed off this year. {number} {'plan is' if number == 1 else 'plans are'} expected."
    )
    return rule + _to_come(money)


def _to_come(money: Money) -> str:
    if not money.terms_to_come:
        return ""
    terms = "1 term" if money.terms_to_come == 1 else f"{money.terms_to_come} terms"
    return (
        f" Of {terms} of the year no review has opened, so nothing is agreed there yet; at the pace of those before, "
        f"{pounds(money.forecast_at_pace)} would be unspent."
    )


def _rows(money: Money, year: int) -> list[tuple[str, int, str]]:
    return [
        (
            "Allocated",
            money.allocated,
            f"{money.children} eligible children whose review opened in the year, times the policy's yearly cap.",
        ),
        (
            "Approved",
            money.approved,
            "Signed off in the year: what each plan agreed, without what lapsed or a year before released.",
        ),
        ("Kept by the Virtual School", money.kept, "Of that: for children without a school place."),
        ("Paid", money.paid, "Confirmed by finance in the year, less what is owed back since."),
        ("On its way", money.being_paid, "Released in the year or the one before, and not confirmed yet."),
        ("Evidenced", money.evidenced, "Of what was paid: spent, as the next plan's review of the targets says."),
        ("Paid without evidence yet", money.without_evidence, "No next plan has said what it was spent on."),
        ("Unspent so far", money.unspent, "Allocated, and neither paid nor kept."),
        ("Expected", money.expected, "By dates already agreed, at the usual sum."),
        (
            f"Unspent on 31 March {year + 1}, forecast",
            money.forecast,
            "If nothing is agreed beyond what is: unspent so far, less on its way, less expected; at the end of that "
            "day what is unspent, because what is paid later counts in the next year.",
        ),
        ("Additional funding paid", money.extra, "Outside the grant's caps, and in none of the sums above (A12)."),
    ]


def _groups(report: MoneyReport, names: Mapping[str, str], by: str) -> Part:
    rows = [(names.get(key, key), *_short(money)) for key, money in report.groups]
    header = (
        by[:1].upper() + by[1:],
        "Eligible children",
        "Allocated",
        "Approved",
        "Paid",
        "Evidenced",
        "Unspent so far",
        "Forecast for 31 March",
    )
    definition = (
        "The same sums in pounds. A child is counted where the newest review opened, a payment where its own did."
    )
    title = f"Grant by {by}"
    return Part("grant-groups", title, definition, header, tuple(sorted(rows, key=lambda row: str(row[0]))))


def _short(money: Money) -> tuple[Cell, ...]:
    sums = (money.allocated, money.approved, money.paid, money.evidenced, money.unspent, money.forecast)
    return (money.children, *(pence / 100 for pence in sums))
