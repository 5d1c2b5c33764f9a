"""Problems, not rows: the worst first, in plain words, with what they hold up and as of when."""

from datetime import timedelta

from contracts.problems import ProblemKind, ProblemState
from tests.web.console.stuck import a_problem, stops, temporal_goes_away, works
from tests.web.door import Door
from tests.web.epep.pages import Browser


async def test_where_nothing_is_stuck_the_page_says_so(door: Door, operator: Browser) -> None:
    page = await operator.open("/console")
    assert page.status == 200
    assert "Nothing is stuck." in page.text
    assert "The watch has not looked yet" in page.text


async def test_open_ones_come_first_and_of_them_the_worst(door: Door, operator: Browser) -> None:
    now = door.clock.at
    await works(door.database, now)
    letters = ProblemKind.LETTER_NOT_DELIVERED
    few = await a_problem(door.database, now, "C001", pence=10_000)
    money = await a_problem(door.database, now, "C002", "C003", pence=50_000)
    children = await a_problem(door.database, now, "C004", "C005", kind=letters, step="escalation", pence=0)
    over = await a_problem(door.database, now, state=ProblemState.RESOLVED, pence=90_000)
    service = await a_problem(door.database, now, kind=ProblemKind.SERVICE_STOPPED, step="worker")
    page = await operator.open("/console")
    places = [page.html.index(f'"/console/problems/{number}"') for number in (service, money, few, children, over)]
    assert places == sorted(places)
    assert "Grant not paid: the finance system does not answer" in page.text
    assert "Letter not delivered: escalation" in page.text
    assert "£1,000" in page.text
    assert "The worker has stopped" in page.text


async def test_it_is_filtered_by_kind_and_by_state(door: Door, operator: Browser) -> None:
    now = door.clock.at
    letter = await a_problem(door.database, now, "C001", kind=ProblemKind.LETTER_NOT_DELIVERED, step="escalation")
    held = await a_problem(door.database, now, "C002", state=ProblemState.ON_HOLD)
    for asked, seen, not_seen in (("kind=letter_not_delivered", letter, held), ("state=on_hold", held, letter)):
        page = await operator.open(f"/console?{asked}")
        assert f'"/console/problems/{seen}"' in page.html
        assert f'"/console/problems/{not_seen}"' not in page.html
    assert "No problem is of this kind and state." in (await operator.open("/console?kind=not_told")).text
    assert (await operator.open("/console?kind=nonsense&state=x&skip=-4")).status == 200


async def test_it_says_as_of_when_and_what_cannot_be_seen(door: Door, operator: Browser) -> None:
    now = door.clock.at
    await works(door.database, now)
    page = await operator.open("/console")
    assert "As of 08:59:40 or later As of 08:59:40: letters As of 09:00:00: the queue of work" in page.text
    assert "Warning" not in page.text
    await temporal_goes_away(door.database, now, now - timedelta(minutes=7))
    assert "Temporal is away since 08:53" in (await operator.open("/console")).text
    await stops(door.database, "worker", now - timedelta(minutes=12))
    page = await operator.open("/console")
    sentence = "The service is not working on any plan since 08:48: no worker runs. Submissions are being kept."
    assert sentence in page.text
    await stops(door.database, "watch", now - timedelta(days=1))
    assert "The watch has not looked since 09:00 on 31 Aug" in (await operator.open("/console")).text


async def test_no_name_is_on_any_page(door: Door, operator: Browser) -> None:
    number = await a_problem(door.database, door.clock.at, "C010")
    for path in ("/console", f"/console/problems/{number}", "/console/repairs", "/console/health", "/console/audit"):
        page = await operator.open(path)
        assert page.status == 200, path
        assert "Cian" not in page.html, path


async def test_operators_and_engineers_begin_here(door: Door, operator: Browser) -> None:
    page = await operator.open("/work")
    assert page.path == "/console"
    assert "My work" not in page.text
    assert "Health" in page.text
