"""The page moves when the case moves, for as long as its reader may see the case and no longer."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Select, column, func, select, table, text

from casework.take import Casework
from contracts.people import Role
from store import sessions
from store.page_tables import SessionRow
from tests.web.door import CHILD, FOREIGN, SOCIAL_WORKER, TEACHER, Door, app_on
from tests.web.live.reading import StreamEnded, news_of
from tests.web.served import served, until
from tests.web.signed_in import sign_in_as

SHORT = 0.05


async def act(door: Door, child: str = CHILD, section: str = "about_child") -> int:
    """Something happens on the case; gives its new revision."""
    body = {"action": "submit", "by": "social_worker", "section": section, "content": {"words": "Invented."}}
    answer = await Casework(door.database, door.clock).take(child, body)
    assert answer.accepted, answer.findings
    assert answer.case
    return int(answer.case["revision"])


async def be(door: Door, email: str = SOCIAL_WORKER) -> int:
    return await sign_in_as(door.database, door.clock, door.client, email)


async def test_a_page_hears_at_once_how_far_the_case_is_and_then_every_move(live: Door) -> None:
    await be(live)
    async with news_of(live.client) as news:
        name, first = await news.next()
        assert name == "now"
        for _ in range(3):
            revision = await act(live)
            assert await news.next() == ("moved", str(revision))
        assert revision == int(first) + 3


async def test_news_say_only_the_number_of_the_revision_and_are_of_one_case(live: Door) -> None:
    await live.open("C016")
    await be(live)
    async with news_of(live.client) as news, news_of(live.client, "C016") as others:
        await news.next()
        await others.next()
        revision = await act(live)
        assert await news.next() == ("moved", str(revision))
        other = await act(live, "C016")
        assert await others.next() == ("moved", str(other)), "nothing of the first case came in between"


async def test_a_new_file_is_news_too(live: Door) -> None:
    await be(live, TEACHER)
    async with news_of(live.client) as news:
        _, revision = await news.next()
        files = {"file": ("report.txt", b"Invented.")}
        headers = {"sec-fetch-site": "same-origin"}
        data = {"section": "attainment"}
        answer = await live.client.post(f"/cases/{CHILD}/attachments", data=data, files=files, headers=headers)
        assert answer.status_code == 303
        assert await news.next() == ("moved", revision)


async def test_without_a_session_401_and_for_a_foreign_child_404(live: Door) -> None:
    assert (await live.client.get(f"/cases/{CHILD}/news")).status_code == 401
    await be(live)
    for child in (FOREIGN, "C999"):
        assert (await live.client.get(f"/cases/{child}/news")).status_code == 404


async def test_a_stream_ends_when_the_case_became_foreign(live: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.live.news.BEAT", SHORT)
    await live.put(SOCIAL_WORKER, Role.SOCIAL_WORKER, FOREIGN)
    await be(live)
    async with news_of(live.client) as news:
        await news.next()
        await news.beat()
        await leave(live, CHILD)
        assert (await news.next())[0] == "ended"
        with pytest.raises(StreamEnded):
            await news.next()


async def leave(door: Door, child: str) -> None:
    async with door.database.transaction() as session:
        query = text("DELETE FROM case_roles WHERE case_id = (SELECT id FROM cases WHERE ref = :ref) AND role <> 'iro'")
        await session.execute(query, {"ref": child})


async def test_a_stream_ends_with_the_session_and_never_keeps_it_alive(
    live: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.live.news.BEAT", SHORT)
    await be(live)
    began = live.clock.at
    async with news_of(live.client) as news:
        await news.next()
        live.clock.set(began + sessions.IDLE - timedelta(seconds=1))
        await news.beat()
        revision = await act(live)
        await news.moves_to(revision)
        async with live.database.transaction() as session:
            assert (await session.execute(select(SessionRow.used_at))).scalar_one() == began
        live.clock.set(began + sessions.IDLE)
        await news.ends(revision)


async def test_a_page_that_asks_for_itself_does_not_keep_the_session_alive_either(live: Door) -> None:
    await be(live)
    began = live.clock.at
    live.clock.set(began + timedelta(minutes=30))
    for headers, used_at in (({"pep-by-itself": "yes"}, began), ({}, live.clock.at)):
        assert (await live.client.get(f"/cases/{CHILD}", headers=headers)).status_code == 200
        async with live.database.transaction() as session:
            assert (await session.execute(select(SessionRow.used_at))).scalar_one() == used_at


async def test_signing_out_ends_the_stream(live: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.live.news.BEAT", SHORT)
    person_id = await be(live)
    async with news_of(live.client) as news:
        await news.next()
        async with live.database.transaction() as session:
            await sessions.end_all_of(session, person_id, live.clock.at)
        assert (await news.next())[0] == "ended"


async def test_somebody_with_too_many_pages_open_is_told_so_and_a_closed_one_makes_room(
    live: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.live.hub.MOST_EACH", 2)
    monkeypatch.setattr("web.live.news.BEAT", SHORT)
    await be(live)
    async with news_of(live.client) as one:
        await one.next()
        async with news_of(live.client) as two:
            await two.next()
            assert (await live.client.get(f"/cases/{CHILD}/news")).status_code == 429
        await until(lambda: has_room(live))
    await be(live, TEACHER)
    async with news_of(live.client) as others:
        await others.next()


async def has_room(door: Door) -> bool:
    async with door.client.stream("GET", f"/cases/{CHILD}/news") as answer:
        return answer.status_code == 200


async def test_a_lost_connection_is_made_anew_and_nothing_is_missed(
    live: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("web.live.hub._FIRST_PAUSE", SHORT)
    await be(live)
    async with news_of(live.client) as news:
        await news.next()
        await until(lambda: listeners(live))
        await lose_the_listener(live)
        await until(lambda: bool(caplog.messages))
        await news.moves_to(await act(live))
        await until(lambda: listeners(live))
        await news.moves_to(await act(live))


_LISTENERS: Select[Any] = select(column("pid")).select_from(table("pg_stat_activity", column("pid"), column("query")))
_LISTENERS = _LISTENERS.where(column("query").like("LISTEN%"))


async def listeners(door: Door) -> bool:
    async with door.database.transaction() as session:
        return bool((await session.execute(_LISTENERS)).all())


async def lose_the_listener(door: Door) -> None:
    async with door.database.transaction() as session:
        for pid in (await session.execute(_LISTENERS)).scalars().all():
            await session.execute(select(func.pg_terminate_backend(pid)))


async def test_a_server_that_stops_lets_its_readers_go_at_once(live: Door) -> None:
    """Otherwise it would wait ten seconds for answers that never end."""
    async with asyncio.timeout(9):
        async with served(app_on(live.database, live.clock)) as port:
            client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30)
            await sign_in_as(live.database, live.clock, client, SOCIAL_WORKER)
            stream = client.stream("GET", f"/cases/{CHILD}/news")
            answer = await stream.__aenter__()
            lines = answer.aiter_lines()
            assert await anext(lines) == "event: now"
        left = [line async for line in lines]
        await stream.__aexit__(None, None, None)
        await client.aclose()
    assert "event: ended" not in left, "the page asks again, another server answers it"
