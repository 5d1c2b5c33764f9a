"""With PostgreSQL down, the console says so on a page of its own: no stack, no login loop, when to try again."""

import httpx
import pytest

from contracts.people import Role
from store.database import Database
from store.staff import give_staff_role
from tests.support.clock import FixedClock
from tests.support.database import running_postgres
from tests.web.door import SITE, app_on
from tests.web.epep.pages import NAVIGATION, Browser
from tests.web.signed_in import sign_in_as

PATHS = (
    "/console",
    "/console/problems/1",
    "/console/repairs",
    "/console/repairs/1",
    "/console/health",
    "/console/audit",
)
EMAIL = "operator@council.example"


async def test_a_signed_in_operator_reads_what_is_down_and_what_to_do(
    clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_postgres() as server:
        database = Database(server.url("migrated"))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app_on(database, clock)), base_url=SITE) as client:
            async with database.transaction() as session:
                await give_staff_role(session, EMAIL, Role.OPERATOR, "Sam")
            await sign_in_as(database, clock, client, EMAIL)
            browser = Browser(client)
            assert (await browser.open("/console")).status == 200
            await server.stop()
            for path in PATHS:
                answer = await client.get(path, headers=NAVIGATION)
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "5"), path
                page = await browser.open(path)
                assert "PostgreSQL does not answer, so the console has nothing to show." in page.text
                assert f'href="{path}">Load this page again</a>' in page.html
                assert "Traceback" not in page.html
            sent = await client.post("/console/problems/1/note", data={"words": "Rang the bank."}, headers=NAVIGATION)
            assert sent.status_code == 503
            assert 'value="Rang the bank."' in sent.text
            assert "Send it again" in sent.text
        await database.close()
    assert not [record for record in caplog.records if record.exc_info and record.name == "web"]
