"""`./pep act`, `case`, `cases` and `token`: the same acts and answers as at every other door (ACTS.md)."""

import json
from datetime import timedelta

from contracts.clock import london_date
from store import tokens
from store.cases import the_authority
from store.clock import DatabaseClock
from tests.cli.commands import pep, pep_alone
from tests.cli.conftest import Service

ANSWER = {"id", "outcome", "told", "rules", "sentences", "case"}
TEACHER = "dt@hazel.example"
ATTAINMENT = json.dumps({"section": "attainment", "content": {"words": "Reads well — and gladly."}})


async def a_saturday(service: Service) -> str:
    day = london_date(await DatabaseClock(service.database).now()) + timedelta(days=14)
    return (day + timedelta(days=5 - day.weekday())).isoformat()


async def test_an_act_is_accepted_and_answered_with_the_case(service: Service, child: str) -> None:
    fields = ATTAINMENT[:-1] + ', "id": "one"}'
    ended = await service.pep("act", child, "submit", fields, "--as", "designated_teacher", "--person", TEACHER)
    assert (ended.code, set(ended.json)) == (0, ANSWER)
    assert (ended.json["outcome"], ended.json["id"], ended.json["rules"]) == ("accepted", "one", [])
    assert ended.json["case"]["child"] == child


async def test_what_temporal_has_not_taken_yet_is_not_called_told(service: Service, child: str) -> None:
    on = json.dumps({"on": await a_school_day(service)})
    ended = await service.pep("act", child, "arrange_meeting", on, "--as", "social_worker")
    assert (ended.code, ended.json["outcome"], ended.json["told"]) == (0, "accepted", False)


async def a_school_day(service: Service) -> str:
    """A Wednesday in some weeks that is no bank holiday, for none is stored here."""
    day = london_date(await DatabaseClock(service.database).now()) + timedelta(days=21)
    return (day + timedelta(days=2 - day.weekday())).isoformat()


async def test_a_refusal_names_the_rule_and_ends_with_1(service: Service, child: str) -> None:
    on = json.dumps({"on": await a_saturday(service)})
    ended = await service.pep("act", child, "arrange_meeting", on, "--as", "social_worker")
    assert (ended.code, ended.json["outcome"], ended.json["rules"]) == (1, "refused", ["B2"])
    assert "weekend" in ended.json["sentences"][0]


async def test_what_cannot_be_meant_ends_with_2_and_a_sentence(service: Service, child: str) -> None:
    by = ("--as", "designated_teacher")
    unknown = await service.pep("act", "C999", "submit", ATTAINMENT, *by)
    no_json = await service.pep("act", child, "submit", "{section", *by)
    no_role = await service.pep("act", child, "submit", ATTAINMENT, "--as", "head_teacher")
    nobody = await service.pep("act", child, "submit", ATTAINMENT, *by, "--person", "nobody@hazel.example")
    foreign = await service.pep("act", child, "submit", ATTAINMENT, *by, "--person", "isla@council.example")
    no_case = await service.pep("case", "C999")
    assert [ended.code for ended in (unknown, no_json, no_role, nobody, no_case)] == [2, 2, 2, 2, 2]
    assert unknown.err == no_case.err
    assert unknown.err.startswith("There is no case with this reference")
    assert no_json.err.startswith("The fields are not a JSON object.")
    assert "'head_teacher' is not one of" in no_role.err
    assert nobody.err.startswith("Nobody here has this address.")
    assert (foreign.code, foreign.json["rules"]) == (1, ["ROLE"])


async def test_cases_for_people_and_for_programs(service: Service, child: str) -> None:
    table = await service.pep("cases")
    listed = await service.pep("cases", "--json", "--stage", "waiting_for_date")
    none = await service.pep("cases", "--json", "--stage", "closed")
    one = await service.pep("case", child)
    assert {ended.code for ended in (table, listed, none, one)} == {0}
    assert table.out.splitlines()[0].split()[:3] == ["Child", "Term", "Stage"]
    assert "C001" in table.out
    assert "waiting for date" in table.out
    assert "Quackenbush" not in table.out + listed.out
    assert (listed.json, none.json) == ([one.json], [])


async def test_a_token_is_bound_to_its_person(service: Service, child: str) -> None:
    made = await service.pep("token", "--role", "designated_teacher", "--person", TEACHER)
    refused = await service.pep("token", "--role", "carer", "--person", TEACHER)
    assert (made.code, refused.code, refused.out) == (0, 1, "")
    assert "Nobody with this address is carer" in refused.err
    async with service.database.transaction() as session:
        assert await tokens.find(session, made.out.strip()) is not None


async def test_an_authority_is_named(service: Service) -> None:
    address = ("--virtual-school-email", "vs@example.gov.uk")
    named = await service.pep("authority", "--name", "Barsetshire", *address)
    too_long = await service.pep("authority", "--name", "x" * 81, *address)
    unfit = await service.pep("authority", "--name", "Barsetshire", *address, "--head-email", "zoë@example.gov.uk")
    assert (named.code, too_long.code, unfit.code) == (0, 1, 1)
    assert "1 to 80 printable characters" in too_long.err
    assert unfit.err.startswith("The address of the head of the Virtual School is not an e-mail address like")
    async with service.database.transaction() as session:
        found = await the_authority(session)
    assert found
    assert (found.name, found.virtual_school_email) == ("Barsetshire", "vs@example.gov.uk")


async def test_without_a_service_a_command_says_how_to_start_one() -> None:
    for ended in (await pep("case", "C001"), await pep("rebuild"), await pep_alone("cases")):
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.startswith("The service is not running. Start it with ./pep up")


async def test_temporal_away_is_a_sentence_where_it_is_needed(service: Service) -> None:
    ended = await service.pep("rebuild")
    assert (ended.code, ended.err) == (1, "Temporal did not answer.\n")
