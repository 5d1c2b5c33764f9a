"""`./pep dates` and `./pep spread`: what people read, and the same as JSON (PROCESS.md B2, M7)."""

import json

from tests.cli.conftest import Service


async def test_B2_M7_the_dates_of_a_child_are_readable_and_each_refused_day_has_its_reason(
    service: Service, child: str
) -> None:
    text, listed = await service.pep("dates", child), await service.pep("dates", child, "--json")
    assert (text.code, listed.code) == (0, 0)
    found = listed.json
    lines = text.out.splitlines()
    assert lines[0].startswith(f"{child}, autumn term ")
    assert lines[1] == found["latest_safe_date"]["sentence"]
    assert lines[2] == f"Suggested: {found['suggested']['sentence']}"
    assert f"Valid days ({len(found['valid_days'])})" in lines
    assert any(line.startswith("  a weekend (B2): ") for line in lines)
    assert any(line.startswith("  after the latest safe date (M7") for line in lines)
    assert all(day["sentences"] for day in found["refused_days"])
    unknown = await service.pep("dates", "C999")
    assert (unknown.code, unknown.err.startswith("There is no case with this reference")) == (2, True)


async def test_M7_a_proposal_shows_the_load_before_and_after_and_arranges_nothing(service: Service, child: str) -> None:
    text, listed = await service.pep("spread"), await service.pep("spread", "--json")
    assert (text.code, listed.code) == (0, 0)
    (review,) = listed.json["reviews"]
    assert (review["child"], review["present"], review["changes"]) == (child, None, True)
    assert text.out.splitlines()[0].split()[:3] == ["Child", "Term", "Calendar"]
    assert review["proposed"] in text.out
    assert "Sign-offs by week, dates as they are (peak 1)" in text.out
    assert "Sign-offs by week, as proposed (peak 1)" in text.out
    assert "Quackenbush" not in text.out
    assert json.loads((await service.pep("case", child)).out)["meeting"] is None
    assert (await service.pep("spread", "--move-agreed")).code == 0
