"""The demonstration: an invented authority, played from the first day of last term until now.

What is played stays in PostgreSQL, which is the record; the live Temporal gets its workflows from there
(`local.recovery`). The children, their schools and everybody around them are invented, and labelled so.
"""

import csv
import io
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from casework.authority import AuthorityDetails
from casework.term_dates_file import CalendarTerm, check_terms
from casework.view import case_object
from casework.which import shown
from connecting import post_of
from contracts.clock import Clock, london_date, start_of
from contracts.review import Stage
from local.demonstration_people import bring_in
from rehearsal.conductor import Conductor
from rehearsal.directed import Directed, Direction
from rehearsal.house import Outlets, opened
from rehearsal.manners import PROMPT, SLOW, TYPICAL
from rehearsal.people import ScriptedPeople
from rehearsal.play import Programme, begin
from rules.year_groups import start_of_academic_year
from settings import Settings
from starter.encryption import KeyRing
from store.cases import cases_in_care
from store.clock import DatabaseClock
from store.database import Database
from store.haste import in_haste
from store.reviews import reviews_of

AUTHORITY = AuthorityDetails(
    name="Exampleshire (demonstration)",
    virtual_school_email="virtual.school@exampleshire.example",
    virtual_school_head_email="head.of.virtual.school@exampleshire.example",
    iro_email="iro@exampleshire.example",
    demonstration=True,
)
CAST = {
    "X01": Direction(Stage.PREPARING, PROMPT, days=3),
    "X02": Direction(Stage.WAITING_FOR_DATE, SLOW),
    "X03": Direction(Stage.IN_FORCE, TYPICAL, days=16),
    "X04": Direction(Stage.COMPLETING, TYPICAL, days=3),
    "X05": Direction(Stage.VIRTUAL_SCHOOL, PROMPT, days=8),
    "X06": Direction(Stage.SIGNING, PROMPT, days=6),
    "X07": Direction(Stage.IN_FORCE, PROMPT, days=30),
    "X08": Direction(Stage.RETURNED, PROMPT, days=12),
    "X09": Direction(Stage.MEETING_DUE, PROMPT, days=1),
    "X10": Direction(Stage.COMPLETING, PROMPT, days=10),
    "X11": Direction(Stage.PREPARING, SLOW, days=10),
    "X12": Direction(Stage.VIRTUAL_SCHOOL, TYPICAL, days=18),
}
"""Who is where at the end, as far as the date allows, by the references of the roll."""
SEED = 1
_PLANS_ARE_IN_FORCE_AFTER = timedelta(weeks=10)
_DATA = Path(__file__).with_name("demo_data")
_ROLL_YEAR = 2025
"""The academic year, by its first calendar year, in which the packaged roll's year groups are true."""
_SHIFTED = ("date_of_birth", "entered_care_on")


async def load(settings: Settings, say: Callable[[str], None], clock: Clock | None = None) -> None:
    """Play the demonstration into the database of `settings`, its letters into their mailbox. `say` tells how it goes.

    The play ends at the instant that the clock, by default the database's, shows now; nothing is dated after it.
    After the last packaged term (summer 2035) nothing is loaded, and `say` tells that.
    """
    database = Database(settings.database_url)
    try:
        now = await (clock or DatabaseClock(database)).now()
        term = term_to_start_from(london_date(now))
        if term is None:
            say("The demonstration's invented term dates do not reach this far: the service starts empty.")
            return
        say(f"Loading the demonstration: invented cases, played from {term.term.first_day:%d %B %Y} until now ...")
        began = time.monotonic()
        async with in_haste(database):
            await _play(settings, term, now)
        stages = await stages_at(database, now)
    finally:
        await database.close()
    found = ", ".join(f"{number} {stage.replace('_', ' ')}" for stage, number in sorted(stages.items()))
    say(f"{AUTHORITY.name}: {stages.total()} children ({found}), {time.monotonic() - began:.1f} s.")


async def stages_at(database: Database, now: datetime) -> Counter[str]:
    """How many children are shown at each stage at a UTC instant."""
    async with database.transaction() as session:
        cases = await cases_in_care(session)
        shown_now = [(case, shown(await reviews_of(session, case.id))) for case in cases]
        objects = [await case_object(session, case, review, now) for case, review in shown_now]
    return Counter(found["stage"] for found in objects)


async def _play(settings: Settings, term: CalendarTerm, now: datetime) -> None:
    outlets = Outlets(post_of(settings), settings.mail_from, settings.site_url, settings.payment_folder)
    year = term.term.academic_year
    programme = Programme(terms=_terms(), roll=roll_of(start_of_academic_year(year)), year=year)
    async with opened(start_of(term.term.first_day), settings.database_url, outlets) as house:
        await begin(house, programme, AUTHORITY)
        people = ScriptedPeople(house.database, house.clock, Directed(CAST, now, SEED))
        conductor = Conductor(house, people, lambda _: None)
        await conductor.play(now)
        await bring_in(house, conductor, KeyRing(settings.encryption_keys))


def term_to_start_from(today: date) -> CalendarTerm | None:
    """The term from whose first day the demonstration is played; None outside the dates.

    The one that began last, once it is old enough for plans in force; before that the one before it. Of the calendars
    the one whose term begins first.
    """
    rows = sorted(check_terms(_terms()).rows, key=lambda row: row.term.first_day)
    if today >= max(row.term.last_day for row in rows):
        return None
    first_of = {(row.term.academic_year, row.term.name): row for row in reversed(rows)}
    begun = [row for row in rows if row.term.first_day <= today and row in first_of.values()]
    if begun and today - begun[-1].term.first_day >= _PLANS_ARE_IN_FORCE_AFTER:
        return begun[-1]
    return begun[-2] if len(begun) > 1 else None


def roll_of(year: int) -> bytes:
    """The packaged roll, with children who are as old in the academic year from `year` as they were in its own."""
    rows = list(csv.DictReader(io.StringIO((_DATA / "roll.csv").read_text(encoding="utf-8"))))
    out = io.StringIO()
    table = csv.DictWriter(out, rows[0], lineterminator="\n")
    table.writeheader()
    table.writerows({**row, **{name: _years_later(row[name], year - _ROLL_YEAR) for name in _SHIFTED}} for row in rows)
    return out.getvalue().encode()


def _years_later(day: str, years: int) -> str:
    before = date.fromisoformat(day)
    return before.replace(year=before.year + years).isoformat()


def _terms() -> bytes:
    return (_DATA / "term_dates.csv").read_bytes()
