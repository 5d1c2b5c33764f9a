"""The description of the API is what the code does, and its committed copy is what the code says."""

import json
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter

from contracts.people import Role
from rules.decide import WHO_MAY
from tests.web.door import A_SATURDAY, CHILD, Door
from web import openapi
from web.api.shapes import ActAnswer, CaseObject, Problem, ReadyAnswer
from web.app import undressed_app


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(openapi.openapi_text())
    return found


def test_the_committed_copy_has_not_drifted() -> None:
    assert openapi.main(["--check"]) is None


def test_a_drift_is_reported_and_mended(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(openapi, "COPY", tmp_path / "openapi.json")
    openapi.COPY.write_text("{}")
    assert "python -m web.openapi" in str(openapi.main(["--check"]))
    assert openapi.main([]) is None
    assert openapi.main(["--check"]) is None


async def test_the_service_gives_its_description_to_everybody(described: dict[str, Any]) -> None:
    transport = httpx.ASGITransport(undressed_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://pep.example") as client:
        assert (await client.get("/api/v1/openapi.json")).json() == described


def test_every_act_is_described_from_its_form(described: dict[str, Any]) -> None:
    body = described["paths"]["/api/v1/cases/{child_ref}/acts"]["post"]["requestBody"]
    act = body["content"]["application/json"]["schema"]
    assert set(act["discriminator"]["mapping"]) == set(WHO_MAY)
    for action, reference in act["discriminator"]["mapping"].items():
        form = described["components"]["schemas"][reference.rsplit("/", 1)[1]]
        assert form["properties"]["action"]["const"] == action
        assert {"by", "action"} <= set(form["required"])
        assert "id" in form["properties"]
        assert "id" not in form["required"]
        assert all(f"`{role.value}`" in form["properties"]["by"]["description"] for role in WHO_MAY[action])


def test_every_reference_in_it_leads_somewhere(described: dict[str, Any]) -> None:
    names = {part.split('"')[0] for part in json.dumps(described).split("#/components/schemas/")[1:]}
    assert names
    assert names <= set(described["components"]["schemas"])


def test_every_request_names_each_status_that_it_may_have(described: dict[str, Any]) -> None:
    statuses = {
        f"{method} {path}": set(operation["responses"])
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    }
    assert statuses == {
        "post /api/v1/cases/{child_ref}/acts": {"200", "401", "403", "404", "409", "413", "422", "503"},
        "get /api/v1/cases/{child_ref}": {"200", "401", "404", "503"},
        "get /api/v1/cases": {"200", "401", "422", "503"},
        "get /api/v1/cases/{child_ref}/dates": {"200", "401", "403", "404", "503"},
        "get /api/v1/cases/{child_ref}/plan": {"200", "401", "403", "404", "503"},
        "get /api/v1/spread": {"200", "401", "403", "422", "503"},
        "get /ready": {"200", "503"},
        "get /live": {"200"},
    }


async def test_the_answers_have_exactly_the_shapes_that_are_described(door: Door) -> None:
    await door.sign_in(Role.VIRTUAL_SCHOOL, await door.everybody())
    fields: dict[str, Any] = {
        "held": True,
        "on": "2026-10-14",
        "confidential": True,
        "young_person": "attended",
        "actions": [],
    }
    answers = [
        await door.act(action="arrange_meeting", by="social_worker", on=A_SATURDAY),
        await door.arrange(),
        await door.act(action="dance"),
        await door.act(action="sign", by="carer"),
        await door.act(action="next_meeting", by="social_worker", on="2027-02-03"),
    ]
    door.clock.set(door.clock.at.replace(month=10, day=15))
    answers += [
        await door.act(action="record_meeting", by="social_worker", **fields),
        await door.act(action="next_meeting", by="social_worker", none=True, reason="The last one."),
    ]
    assert {answer.status_code for answer in answers} == {200, 403, 409, 422}
    for answer in answers:
        ActAnswer.model_validate_json(answer.content, strict=True)
    cases = (await door.client.get("/api/v1/cases")).content
    assert len(TypeAdapter(list[CaseObject]).validate_json(cases, strict=True)) == 32
    CaseObject.model_validate_json((await door.client.get(f"/api/v1/cases/{CHILD}")).content, strict=True)
    Problem.model_validate_json((await door.client.get("/api/v1/cases/C999")).content, strict=True)
    ReadyAnswer.model_validate_json((await door.client.get("/ready")).content, strict=True)
