"""How the service is, from PostgreSQL alone; and what people did at the console."""

import csv
import io
from datetime import timedelta

from repairs.audit import Entry, note
from store.cases import find_case
from store.watch_tables import Alert, Sweep
from tests.web.console.stuck import a_problem, stops, works
from tests.web.door import CHILD, Door
from tests.web.epep.pages import Browser


async def test_health_shows_processes_rounds_what_waits_and_the_database(door: Door, operator: Browser) -> None:
    now = door.clock.at
    await works(door.database, now)
    await stops(door.database, "worker", now - timedelta(minutes=4))
    alert = {"kind": "new", "facts": {}, "channel": "mail", "next_try_at": now, "attempts": 3}
    async with door.database.transaction() as session:
        session.add(Alert(key="1:mail", at=now - timedelta(hours=3), state="waiting", **alert))
        session.add(Alert(key="2:mail", at=now - timedelta(days=2), state="given_up", settled_at=now, **alert))
    page = await operator.open("/console/health")
    for said in (
        "Worker worker@machine Silent 4 minutes ago 1.4.2 pep",
        "Watch watch@machine Running 4 seconds ago",
        "The queue of work As of 09:00:00",
        "Pollers: 2",
        "Last poll: 09:00:00",
        "Backlog: 3",
        "Oldest: 4 seconds",
        "Acts that Temporal was not told of",
        "Alerts by mail that could not be sent 2, the oldest for 2 days",
        "As of migration 00",
    ):
        assert said in page.text, said


async def test_the_audit_is_shown_by_case_and_taken_away_whole(door: Door, operator: Browser) -> None:
    async with door.database.transaction() as session:
        case = await find_case(session, CHILD)
        assert case
        held = Entry("done", None, case.id, {"repair": 4, "result": "moved_on"})
        await note(session, door.clock.at, held, Entry("previewed", None, facts={"repair": 4, "pence": 50_000}))
    everything = await operator.open("/console/audit")
    assert f"{CHILD} 1 The watch done repair: 4; result: moved on" in everything.text
    assert "previewed pence: £500; repair: 4" in everything.text
    assert "The chains were not verified yet." in everything.text
    fault = "The chain of what is about no one case, line 1: it was changed after it was written."
    async with door.database.transaction() as session:
        now = door.clock.at
        session.add(Sweep(name="audit", ended_at=now, tried_at=now, facts={"faults": 1, "sentences": [fault]}))
    assert f"The audit is not whole. {fault}" in (await operator.open("/console/audit")).text
    its = await operator.open(f"/console/audit?case={CHILD}")
    assert "previewed pence: £500; repair: 4" in its.text, "who asked for what was done here"
    assert "Nothing was done about this case" in (await operator.open("/console/audit?case=C001")).text
    file = await operator.client.get(f"/console/audit.csv?case={CHILD}")
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    told = [(row["Case"], row["What"], len(row["Hash"])) for row in rows]
    assert told == [(CHILD, "done", 64), ("", "previewed", 64)]


async def test_what_people_do_with_a_problem_is_audited(door: Door, operator: Browser) -> None:
    number = await a_problem(door.database, door.clock.at, "C001")
    path = f"/console/problems/{number}"
    page = await operator.open(path)
    await operator.press(page.form(f"{path}/note"), {"words": "Rang the bank."})
    await operator.press(page.form(f"{path}/take"))
    audit = await operator.open("/console/audit")
    assert f"Operator problem noted problem: {number}" in audit.text
    assert f"Operator problem taken problem: {number}" in audit.text
    assert "Rang the bank" not in audit.text
