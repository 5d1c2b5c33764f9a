"""`./pep dates` and `./pep spread`: meeting dates to choose from. People arrange them, with acts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from rich.table import Table

from casework.dates import dates_object, offer_for, spread_object, spread_of, week_name
from casework.errors import UnknownCase
from commands.errors import UsageError
from commands.service import opened
from commands.telling import say, say_json, say_table
from contracts.clock import in_words
from contracts.review import ReviewPlan
from rules.calendar import ONE_DAY
from rules.date_finder import DateOffer
from rules.spreading import LoadCurve, Spread, week_of
from store.cases import find_case
from store.reviews import reviews_of

_LONGEST_BAR = 50


async def show_dates(child: str, data: Path | None, *, as_json: bool) -> None:
    """Print the dates of one child's term. Raises UsageError for an unknown child."""
    async with opened(data) as service:
        now = await service.clock.now()
        async with service.database.transaction() as session:
            case = await find_case(session, child)
            if case is None:
                raise UsageError(str(UnknownCase()))
            found = offer_for(await reviews_of(session, case.id), now)
    if as_json:
        say_json(dates_object(child, found))
        return
    for line in _dates_in_words(child, *found) if found else [f"{child}: no review is open yet."]:
        say(line)


async def show_spread(data: Path | None, *, move_agreed: bool, as_json: bool) -> None:
    """Print a day for every review whose meeting was not held, and the load of sign-offs before and after."""
    async with opened(data) as service:
        now = await service.clock.now()
        async with service.database.transaction() as session:
            found = await spread_of(session, now, keep_agreed=not move_agreed)
    if as_json:
        say_json(spread_object(found))
        return
    say_table(_proposals(found))
    for line in ("", *_curves(found), "", "Nothing is arranged by this: arrange the dates that you want with acts."):
        say(line)


def _dates_in_words(child: str, plan: ReviewPlan, offer: DateOffer) -> Iterator[str]:
    yield f"{child}, {plan.term.label}"
    yield offer.latest_safe.sentence
    yield from _what_is_arranged(offer)
    if offer.suggested:
        yield f"Suggested: {offer.suggested.sentence}"
    elif offer.held_on is None:
        yield "No valid date is left in this term: ask the Virtual School what to do."
    yield from ("", f"Valid days ({len(offer.valid_days)})")
    for monday, days in _by_week(offer.valid_days).items():
        yield f"  {week_name(monday)}  {', '.join(_short(day) for day in days)}"
    yield from ("", "Refused days")
    for reason, (rules, days) in _by_reason(offer).items():
        yield f"  {reason} ({', '.join(rules)}): {', '.join(_ranges(days))}"


def _what_is_arranged(offer: DateOffer) -> Iterator[str]:
    if offer.held_on:
        yield f"The meeting was held on {in_words(offer.held_on)}: this term needs no other date."
    if offer.arranged:
        valid = "which is valid" if offer.arranged.valid else "which could not be arranged today"
        yield " ".join([f"Arranged: {in_words(offer.arranged.day)}, {valid}.", *offer.arranged.sentences])


def _by_week(days: Iterable[date]) -> dict[date, list[date]]:
    weeks: defaultdict[date, list[date]] = defaultdict(list)
    for day in days:
        weeks[week_of(day)].append(day)
    return weeks


def _by_reason(offer: DateOffer) -> dict[str, tuple[list[str], list[date]]]:
    """The refused days by what they have in common, in order of its first day."""
    groups: dict[str, tuple[list[str], list[date]]] = {}
    for verdict in offer.refused:
        rules, days = groups.setdefault(verdict.reason or "", ([], []))
        rules.extend(rule for rule in verdict.rules if rule not in rules)
        days.append(verdict.day)
    return groups


def _ranges(days: list[date]) -> Iterator[str]:
    """Days as a person lists them: those that follow one another as one range."""
    first = last = days[0]
    for day in [*days[1:], None]:
        if day is not None and day == last + ONE_DAY:
            last = day
            continue
        yield _range(first, last)
        first = last = day or last


def _range(first: date, last: date) -> str:
    """`23 Oct`, `24-30 Oct`, `31 Oct-1 Nov`."""
    if first == last:
        return _day_month(first)
    return f"{first.day if first.month == last.month else _day_month(first)}-{_day_month(last)}"


def _short(day: date) -> str:
    return f"{day:%a} {_day_month(day)}"


def _day_month(day: date) -> str:
    return f"{day.day} {day:%b}"


def _proposals(found: Spread) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("Child", "Term", "Calendar", "Present date", "Proposed date", "Signed off by", ""):
        table.add_column(heading)
    for proposal in found.proposals:
        review, proposed = proposal.review, proposal.proposed
        table.add_row(
            review.child,
            review.term,
            review.calendar,
            review.present.meeting_on.isoformat() if review.present else "",
            proposed.meeting_on.isoformat() if proposed else "no valid day is left",
            proposed.signed_off_on.isoformat() if proposed else "",
            ("moves" if review.present else "new") if proposal.changes else "",
        )
    table.caption = f"{len(found.proposals)} without a held meeting"
    table.caption_justify = "left"
    return table


def _curves(found: Spread) -> Iterator[str]:
    scale = max(1.0, found.before.peak / _LONGEST_BAR)
    yield f"Sign-offs by week, dates as they are (peak {found.before.peak})"
    yield from _bars(found.before, scale)
    yield ""
    yield f"Sign-offs by week, as proposed (peak {found.after.peak})"
    yield from _bars(found.after, scale)


def _bars(curve: LoadCurve, scale: float) -> Iterator[str]:
    """A line a week; any load at all has a bar."""
    for monday, load in curve.weeks:
        bar = "#" * max(round(load / scale), min(load, 1))
        yield f"  {week_name(monday)}  from {monday.day:>2} {monday:%b}  {load:>4}  {bar}".rstrip()
