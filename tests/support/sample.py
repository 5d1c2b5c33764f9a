"""The sample files: published term dates of six calendars and the roll of an invented authority."""

from pathlib import Path

from casework.imports import ImportReport, import_roll, import_terms
from contracts.clock import Clock
from store.database import Database

DATA = Path(__file__).parents[1] / "data"
TERMS = (DATA / "term_dates.csv").read_bytes()
ROLL = (DATA / "roll.csv").read_bytes()


async def import_sample(database: Database, clock: Clock) -> ImportReport:
    """The sample's terms and children in a database, with nobody told of them."""
    await import_terms(database, clock, TERMS, source_name="term_dates.csv")
    return await import_roll(database, clock, ROLL, source_name="roll.csv")
