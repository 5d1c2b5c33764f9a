"""An act through the API: what is answered, and what is kept (ACTS.md, first page)."""

import asyncio
import json
from typing import Any

from contracts.people import Role
from tests.web.door import A_SATURDAY, A_SCHOOL_DAY, CHILD, FOREIGN, KINDS_OF_ANSWER, SOCIAL_WORKER, TEACHER, Door

WORDS = {"words": "Invented: likes the new maths group."}


async def test_an_accepted_act_is_answered_200_with_the_case_after_it(door: Door) -> None:
    answer = await door.arrange(time="14:00", place="Room 4")
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == KINDS_OF_ANSWER
    assert (body["outcome"], body["rules"], body["sentences"]) == ("accepted", [], [])
    assert body["case"] == await door.case()
    meeting = {"on": A_SCHOOL_DAY, "time": "14:00", "place": "Room 4", "agreed": None, "held": False}
    assert (body["case"]["stage"], body["case"]["meeting"]) == ("preparing", meeting)


async def test_an_act_without_an_id_is_given_one(door: Door) -> None:
    first, second = (await door.arrange()).json(), (await door.arrange()).json()
    assert first["id"]
    assert first["id"] != second["id"]


async def test_the_same_accepted_id_twice_is_one_act(door: Door) -> None:
    act: dict[str, Any] = {"action": "submit", "by": "social_worker", "section": "about_child", "content": WORDS}
    act["id"] = "mine-1"
    first = await door.act(**act)
    kept = await door.rows()
    second = await door.act(**act)
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.json()["id"] == "mine-1"
    assert second.json()["case"]["revision"] == first.json()["case"]["revision"]
    assert await door.rows() == kept


async def test_the_same_act_ten_times_at_once_is_one_act(door: Door) -> None:
    answers = await asyncio.gather(*(door.arrange(id="at-once") for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert (await door.rows())["acts"] == 1


async def test_a_refused_act_does_not_use_up_its_id(door: Door) -> None:
    assert (await door.arrange(id="mine", on=A_SATURDAY)).status_code == 409
    assert (await door.arrange(id="mine")).status_code == 200


async def test_an_id_that_another_case_has_used_is_refused(door: Door) -> None:
    await door.open("C016")
    assert (await door.arrange(id="mine")).status_code == 200
    answer = await door.arrange("C016", id="mine")
    assert (answer.status_code, answer.json()["rules"]) == (422, ["FORM"])


A_MEETING = {"action": "arrange_meeting", "by": "social_worker", "on": A_SCHOOL_DAY}
REFUSALS: list[tuple[dict[str, Any], int, str]] = [
    ({"on": A_SATURDAY}, 409, "B2"),
    ({"on": "2026-12-16"}, 409, "M7"),
    ({"seen": 0}, 409, "STALE"),
    ({"action": "move_meeting", "reason": "A hearing."}, 409, "ORDER"),
    ({"by": "designated_teacher"}, 403, "ROLE"),
    ({"action": "next_meeting", "by": "team_manager"}, 403, "ROLE"),
    ({"on": "14 October"}, 422, "FORM"),
    ({"on": None}, 422, "FORM"),
    ({"colour": "blue"}, 422, "FORM"),
    ({"action": "dance"}, 422, "FORM"),
    ({"by": "nobody"}, 422, "FORM"),
    ({"by": "head_teacher"}, 422, "FORM"),
    ({"id": 7}, 422, "FORM"),
    ({"id": None}, 422, "FORM"),
    ({"id": ""}, 422, "FORM"),
]


async def test_a_refusal_has_its_status_its_rule_and_a_sentence_and_keeps_nothing(door: Door) -> None:
    before, kept = await door.case(), await door.rows()
    for change, status, rule in REFUSALS:
        answer = await door.act(**A_MEETING | change)
        body = answer.json()
        assert (answer.status_code, body["outcome"], body["rules"]) == (status, "refused", [rule]), change
        assert set(body) == KINDS_OF_ANSWER
        assert body["case"] == before == await door.case()
        assert len(body["sentences"]) == 1
        assert await door.rows() == kept


async def test_B2_the_refusal_offers_dates_that_are_accepted(door: Door) -> None:
    sentence = (await door.arrange(on=A_SATURDAY)).json()["sentences"][0]
    assert "16 October 2026" in sentence
    assert (await door.arrange(on="2026-10-16")).status_code == 200


async def test_a_foreign_child_and_one_that_does_not_exist_are_told_apart_to_nobody(door: Door) -> None:
    await door.open(FOREIGN)
    unknown = await door.client.get("/api/v1/cases/C998")
    assert unknown.json()["sentences"] == [
        "There is no case with this reference that you work with. Check the reference."
    ]
    for child in (FOREIGN, "C999", "c010", "%00", "C010%00", "%F0%9F%99%82", "x" * 5000):
        shown = await door.client.get(f"/api/v1/cases/{child}")
        acts = [{"action": "sign", "by": "social_worker"}, {"nonsense": 1}, []]
        posted = [await door.client.post(f"/api/v1/cases/{child}/acts", json=act) for act in acts]
        for answer in (shown, *posted):
            assert (answer.status_code, answer.content, answer.headers) == (404, unknown.content, unknown.headers)
    assert (await door.rows())["acts"] == 0


async def test_a_case_that_was_handed_over_is_foreign_from_then_on(door: Door) -> None:
    await door.sign_in(Role.DESIGNATED_TEACHER, TEACHER)
    assert (await door.client.get(f"/api/v1/cases/{CHILD}")).status_code == 200
    await door.forget_roles(TEACHER)
    assert (await door.client.get(f"/api/v1/cases/{CHILD}")).status_code == 404
    assert (await door.act(action="agree_date", by="designated_teacher", agreed=True)).status_code == 404


async def test_before_the_first_review_opens_an_act_is_refused_and_the_case_says_so(door: Door) -> None:
    answer = await door.arrange("C016")
    assert (answer.status_code, answer.json()["rules"]) == (409, ["ORDER"])
    assert answer.json()["case"] == await door.case("C016")
    assert (await door.case("C016"))["stage"] is None


async def test_a_body_that_is_no_act_is_refused_in_the_same_shape(door: Door) -> None:
    bodies = [b"", b"{", b"[]", b'"words"', b"7", b"null", b"\xff\xfe", b"9" * 5000, b"[" * 30_000]
    bodies.append(json.dumps(A_MEETING).encode("utf-16"))
    for body in bodies:
        await is_no_act(door, body)


async def test_what_could_not_be_stored_as_it_was_typed_is_refused(door: Door) -> None:
    """Each of these is in the content of an act that is right but for it."""
    unstorable = [b'{"words": "\\u0000"}', b'{"words": "x", "\\u0000": 1}', b'{"words": "x", "y": ["\\ud83d"]}']
    unstorable += [b'{"words": "x", "y": 1e999}', b'{"words": "x", "y": NaN}', b'{"words": "x", "y": -Infinity}']
    unstorable += [b'{"words": "x", "y": ' + b"[" * 300 + b"]" * 300 + b"}"]
    for content in (*unstorable, b'{"words": "x"}'):
        body = b'{"action": "submit", "by": "social_worker", "section": "about_child", "content": ' + content + b"}"
        if content in unstorable:
            await is_no_act(door, body)
    answer = await door.client.post(f"/api/v1/cases/{CHILD}/acts", content=body)
    assert answer.status_code == 200, "the last one has nothing of the kind"
    for action in ("\\u0000", "dance\\ud83d", "x" * 50_000):
        for field in (b"action", b"id", b"by"):
            await is_no_act(door, b'{"' + field + b'": "' + action.encode() + b'", "on": "2026-10-14"}')


async def is_no_act(door: Door, body: bytes) -> None:
    answer = await door.client.post(f"/api/v1/cases/{CHILD}/acts", content=body)
    assert (answer.status_code, answer.json()["rules"]) == (422, ["FORM"]), body[-40:]
    assert set(answer.json()) == KINDS_OF_ANSWER
    assert answer.json()["case"] == await door.case()


async def test_whatever_can_be_stored_is_kept_as_it_was_typed(door: Door) -> None:
    words = "Ünï \U0001f642 \u202e \t\n \\u0000 'quoted' \"--; DROP TABLE acts"
    content = {"words": words, "more": [1, 2.5, None, True, {"deep": [10**40]}]}
    answer = await door.act(
        action="submit", by="social_worker", section="care_and_views", content=content, id=words[:90]
    )
    assert answer.status_code == 200
    assert answer.json()["id"] == words[:90]
    assert await door.written("care_and_views") == content


async def test_one_of_two_who_are_fast_at_once_is_told_that_the_plan_has_changed(door: Door) -> None:
    seen = (await door.case())["revision"]
    answers = await asyncio.gather(door.arrange(seen=seen, id="a"), door.arrange(seen=seen, id="b"))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert refused["rules"] == ["STALE"]


async def test_a_teacher_and_a_social_worker_each_act_in_their_own_role(door: Door) -> None:
    assert (await door.arrange()).status_code == 200
    await door.sign_in(Role.DESIGNATED_TEACHER, TEACHER)
    assert (await door.act(action="agree_date", by="designated_teacher", agreed=False)).status_code == 200
    assert (await door.act(action="agree_date", by="social_worker", agreed=True)).status_code == 403
    await door.sign_in(Role.SOCIAL_WORKER, SOCIAL_WORKER)
    assert (await door.case())["meeting"]["agreed"] is False
