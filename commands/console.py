"""`./pep stuck`, `./pep problem`, `./pep health`: the console on the command line, from PostgreSQL alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from commands.errors import UsageError
from commands.service import Service, opened
from commands.telling import complain, say, say_json, say_table
from contracts.people import named
from repairs.desk import Operator
from repairs.errors import RepairRefused, UnknownRepair
from repairs.problem_book import ProblemBook
from repairs.seeing import condition_now, service_now
from rules.grant import pounds
from rules.problem_words import GONE, STATES, words_for
from rules.repair_words import REPAIRS
from rules.repairs import offered
from rules.service_state import lives, time_of
from store import problem_lists, service_counts
from store.caseload import roles_everywhere
from store.cases import person_at
from store.problem_lists import ProblemLine
from web.look.words import age

SOMETHING_IS_WRONG = 3
_MOST, _THINGS, _ATTEMPTS = 1_000, 500, 50


async def stuck(data: Path | None, *, as_json: bool) -> int:
    """Print the open problems; gives the exit code."""
    async with opened(data) as service:
        now = await service.clock.now()
        async with service.database.transaction() as session:
            found = await problem_lists.problems(session, only_open=True, limit=_MOST)
            condition = await condition_now(session, now)
    if as_json:
        say_json([_as_json(line) for line in found])
    elif found:
        say_table(_table(found, now))
    else:
        say("Nothing is stuck.")
    for sentence in condition.sentences:
        complain(sentence)
    return SOMETHING_IS_WRONG if found else 0


async def problem(number: int, data: Path | None, *, words: str | None, take: str | None, by: str | None) -> None:
    """Note something and take it, where that is asked; then print it. Raises UsageError."""
    async with opened(data) as service:
        await _change(service, number, words=words, take=take, by=by or take)
        now = await service.clock.now()
        async with service.database.transaction() as session:
            line = await problem_lists.problem(session, number)
            if line is None:
                raise UsageError("There is no problem with this number; ./pep stuck lists those that are open.")
            things = await problem_lists.things_of(session, number, still=True, limit=_THINGS)
            gone = await problem_lists.things_of(session, number, still=False, limit=_ATTEMPTS)
            attempts = await problem_lists.attempts_of(session, number, limit=_ATTEMPTS)
            notes = await problem_lists.notes_of(session, number)
    _say_problem(line, now)
    _say_rows(
        "Stuck now", ("Case", "What", "Run", "Attempts", "Next try", "Held"), [_thing(one, now) for one in things]
    )
    for one in gone:
        because = GONE[one.gone_because] if one.gone_because else ""
        say(f"No longer stuck: {one.ref or one.subject}. {because}")
    rows = [
        (time_of(one.at, now), one.ref or "", one.activity_type, str(one.attempt), one.error_type or "succeeded")
        for one in attempts
    ]
    _say_rows("Attempts", ("When", "Case", "Step", "Attempt", "Result"), rows)
    for note in notes:
        say(f"Note, {time_of(note.at, now)}, {note.by}: {note.words}")


async def health(data: Path | None) -> int:
    """Print processes, rounds and what waits; gives the exit code."""
    async with opened(data) as service:
        now = await service.clock.now()
        async with service.database.transaction() as session:
            seen_now = await service_now(session, now)
            mail, untold = await service_counts.mail(session, now), await service_counts.untold(session)
            database = await service_counts.database(session)
            alerts = await service_counts.unsent_alerts(session, now)
    processes = [
        (beat.part, "running" if lives(beat, now) else "ended" if beat.stopped_at else "silent",
         time_of(beat.beat_at, now), beat.version, beat.queue or "", beat.identity)
        for beat in seen_now.beats
    ]  # fmt: skip
    _say_rows("Processes", ("Part", "State", "Last beat", "Version", "Queue", "Process"), processes)
    seen = [
        (one.name.replace("_", " "), time_of(one.ended_at, now) if one.ended_at else "never", one.error_type or "")
        for one, _ in seen_now.rounds
    ]
    _say_rows("Rounds of the watch", ("Round", "As of", "Cannot see because"), seen)
    say(f"Letters due: {mail.due.count}; failing: {mail.failing}; not delivered: {mail.undelivered}")
    say(f"Acts that Temporal was not told of: {untold.count}")
    _say_alerts(alerts, now)
    say(f"Database connections: {database.connections} of {database.most}; migration {database.migration}")
    for sentence in seen_now.condition.sentences:
        complain(sentence)
    return SOMETHING_IS_WRONG if seen_now.condition.sentences else 0


def _say_alerts(alerts: Mapping[str, service_counts.Waiting], now: datetime) -> None:
    """As the health page says it; what could not be sent is nothing that anybody hears of otherwise."""
    for channel, one in alerts.items():
        oldest = f", the oldest for {age(one.oldest, now)}" if one.oldest else ""
        say(f"Alerts by {channel} that could not be sent: {one.count}{oldest}")
    if not alerts:
        say("Alerts that could not be sent: 0")


async def _change(service: Service, number: int, *, words: str | None, take: str | None, by: str | None) -> None:
    if words is None and take is None:
        return
    if by is None:
        raise UsageError("Say who notes this: --by EMAIL.")
    async with service.database.transaction() as session:
        person_id = await person_at(session, by)
        roles = await roles_everywhere(session, person_id) if person_id is not None else frozenset()
    if person_id is None:
        raise UsageError("Nobody here has this address. ./pep person makes an operator or an engineer.")
    book, operator = ProblemBook(service.database, service.clock), Operator(person_id, roles)
    try:
        if take is not None:
            await book.take(operator, number)
        if words is not None:
            await book.note(operator, number, words)
    except RepairRefused as refused:
        raise UsageError(" ".join(refused.sentences)) from None
    except UnknownRepair:
        raise UsageError("There is no problem with this number, or it is not for this person.") from None


def _as_json(line: ProblemLine) -> dict[str, Any]:
    words = words_for(line.kind, line.step, line.error_type)
    return {
        "number": line.id,
        "kind": line.kind.value,
        "title": words.title,
        "state": line.state.value,
        "step": line.step,
        "error_type": line.error_type,
        "children": line.children,
        "pence": line.pence,
        "things": line.things,
        "first_seen": line.first_seen.isoformat(),
        "last_seen": line.last_seen.isoformat(),
        "next_try_at": line.next_try_at.isoformat() if line.next_try_at else None,
        "owner": line.owner,
        "next_step": words.next_step,
        "must_act": words.must_act.value,
    }


def _table(found: Sequence[ProblemLine], now: datetime) -> Table:
    table = _headed(("No.", "Problem", "State", "Children", "Held", "Things", "Since", "Next try", "Looked after by"))
    for line in found:
        table.add_row(
            str(line.id),
            words_for(line.kind, line.step, line.error_type).title,
            STATES[line.state],
            str(line.children),
            pounds(line.pence),
            str(line.things),
            time_of(line.first_seen, now),
            time_of(line.next_try_at, now) if line.next_try_at else "",
            line.owner or "nobody",
        )
    return table


def _say_problem(line: ProblemLine, now: datetime) -> None:
    words = words_for(line.kind, line.step, line.error_type)
    say(f"Problem {line.id}: {words.title}")
    say(f"State: {STATES[line.state]}. Looked after by: {line.owner or 'nobody'}.")
    held = f"Children: {line.children}. Held: {pounds(line.pence)}. Things: {line.things}."
    say(f"{held} First seen {time_of(line.first_seen, now)}, last {time_of(line.last_seen, now)}.")
    for text in (words.what, words.effect, words.by_itself):
        say(text)
    say(f"Next: {words.next_step} Who must act: {named([words.must_act])}.")
    names = ", ".join(REPAIRS[kind].name for kind in offered(line.kind, line.error_type))
    if names:
        say(f"Offered at /console/problems/{line.id}: {names}.")


def _thing(one: problem_lists.Thing, now: datetime) -> tuple[str, ...]:
    return (
        one.ref or "",
        one.subject,
        (one.run_id or "")[:8],
        str(one.facts.get("attempts", "")),
        time_of(one.next_try_at, now) if one.next_try_at else "",
        pounds(one.pence) if one.pence else "",
    )


def _headed(headings: Sequence[str]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(heading, justify="right" if heading in ("Children", "Held", "Things") else "left")
    return table


def _say_rows(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        return
    say(f"\n{title}")
    table = _headed(headings)
    for row in rows:
        table.add_row(*row)
    say_table(table)
