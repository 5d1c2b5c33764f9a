"""What is asked of the reports, as their form and an address have it, and what of it the reader may see.

Addresses hold terms, days and school numbers. A team's name may name somebody: it stands there sealed, for nobody but
the one who asked (web/cases/searched.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode

from contracts.figures import Area
from contracts.people import Role
from rules.figures.report import NO_SCHOOL, By
from rules.key_stages import KEY_STAGES, key_stage_of
from rules.year_groups import YEAR_GROUPS
from starter.encryption import KeyRing
from store.figures import KnownTerm, Scope
from web.cases.searched import opened_fields, sealed_fields

WHOLE = frozenset({Role.VIRTUAL_SCHOOL, Role.VIRTUAL_SCHOOL_HEAD})
SEALED = ("team",)
CHOSEN = ("term", "day", "by", "school", "key_stage", "area")
_LONGEST = 100
_LONGEST_ADDRESS = 4000
READERS = WHOLE | {Role.FINANCE, Role.TEAM_MANAGER}
"""Whose reports are: a team manager's are of their own team, and finance's are of the money."""


@dataclass(frozen=True, slots=True)
class Given:
    """The form's fields as they were sent; whatever is not understood is as if it were not there."""

    term: str = ""
    day: str = ""
    by: str = ""
    team: str = ""
    school: str = ""
    key_stage: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted: a term (or the whole year, without its name), a London day, and where."""

    day: date
    by: By
    academic_year: str
    term: str | None
    team: str
    school: str
    key_stage: str
    area: Area | None
    own_teams: frozenset[str] | None
    """A team manager's teams; None for who sees every team."""
    problem: str | None = None

    def scope(self, terms: Sequence[KnownTerm]) -> Scope:
        """Which reviews these are."""
        wanted = {
            (one.academic_year, one.name)
            for one in terms
            if one.academic_year == self.academic_year and self.term in (None, one.name)
        }
        teams = frozenset({self.team}) if self.team else None
        if self.own_teams is not None:
            teams = self.own_teams & teams if teams else self.own_teams
        school = "" if self.school == NO_SCHOOL else self.school or None
        stages = {year for year in YEAR_GROUPS if key_stage_of(year) == self.key_stage}
        return Scope(frozenset(wanted), teams, school, frozenset(stages) if stages else None, self.area)

    @property
    def term_key(self) -> str:
        """`2026-27-autumn`, or `2026-27` for the year."""
        year = self.academic_year.replace("/", "-")
        return f"{year}-{self.term}" if self.term else year

    @property
    def in_words(self) -> str:
        return f"{self.term} term {self.academic_year}" if self.term else f"academic year {self.academic_year}"


def given_in(fields: Mapping[str, str]) -> Given:
    """From what was chosen in the form."""
    return Given(**{name: fields.get(name, "").replace("\0", "")[:_LONGEST] for name in (*SEALED, *CHOSEN)})


def from_query(query: str, ring: KeyRing, person_id: int) -> Given:
    """From a query string of `as_query`. A seal that is somebody else's, or was changed, is passed over."""
    given = dict(parse_qsl(query[:_LONGEST_ADDRESS]))
    chosen = {name: given[name] for name in CHOSEN if name in given}
    return given_in({**chosen, **opened_fields(ring, person_id, given.get("search", ""), SEALED)})


def as_query(asked: Asked, ring: KeyRing, person_id: int) -> str:
    """The same report, as an address has it, with `?` before it."""
    given = {
        "search": sealed_fields(ring, person_id, {"team": asked.team}),
        "term": asked.term_key,
        "day": asked.day.isoformat(),
        "by": asked.by.value,
        "school": asked.school,
        "key_stage": asked.key_stage,
        "area": asked.area.value if asked.area else "",
    }
    return "?" + urlencode({name: text for name, text in given.items() if text})


def asked(given: Given, terms: Sequence[KnownTerm], today: date, own_teams: frozenset[str] | None) -> Asked:
    """What is counted. By default the term of the day, by team, as things stand now."""
    day, problem = _day(given.day, today)
    year, term = _term(given.term, terms, day)
    return Asked(
        day,
        By(given.by) if given.by in list(By) else By.TEAM,
        year,
        term,
        given.team,
        given.school,
        given.key_stage if given.key_stage in KEY_STAGES else "",
        Area(given.area) if given.area in list(Area) else None,
        own_teams,
        problem,
    )


def _day(given: str, today: date) -> tuple[date, str | None]:
    if not given:
        return today, None
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return today, "The day must be a real date, like 2026-11-18. This is the report of today."
    if day > today:
        return today, "That day has not come yet, so nothing can be counted. This is the report of today."
    return day, None


def _term(given: str, terms: Sequence[KnownTerm], day: date) -> tuple[str, str | None]:
    for one in terms:
        year = one.academic_year.replace("/", "-")
        if given == f"{year}-{one.name}":
            return one.academic_year, one.name
        if given == year:
            return one.academic_year, None
    begun = [one for one in terms if one.first_day <= day] or list(terms)
    return (begun[-1].academic_year, begun[-1].name) if begun else ("", None)
