"""A watch for the tests: its parts on the test's database, and with Temporal away unless a house is given."""

from pathlib import Path

from contracts.ids import TASK_QUEUE
from local.ports import free_port
from post.smtp import SmtpPost
from settings import Settings
from starter.connect import connect, identity_of
from starter.encryption import KeyRing
from starter.hands import Hands
from starter.relay import Relay
from starter.sight import Sight
from starter.starting import Starter
from store.database import Database
from tests.repairs.console import KEYS, Console
from tests.support.clock import FixedClock
from watch.carrying_out import AT_ONCE, CarryingOut
from watch.parts import Parts


async def parts_of(database: Database, clock: FixedClock) -> Parts:
    """What a watch is built from while Temporal is away."""
    address = f"127.0.0.1:{free_port()}"
    given = Settings(
        database_url="postgresql+asyncpg://nobody@localhost/nothing",
        temporal_address=address,
        encryption_keys=KEYS,
        smtp_host="127.0.0.1",
        mail_from="vs@council.example",
        site_url="https://pep.council.example",
        data_dir=Path("/nonexistent"),
    )
    client = await connect(address, "default", KeyRing(KEYS), identity=identity_of("test"), lazy=True)
    starter = Starter(client, TASK_QUEUE)
    return Parts(
        settings=given,
        database=database,
        clock=clock,
        sight=Sight(client, TASK_QUEUE),
        hands=Hands(client, TASK_QUEUE),
        starter=starter,
        relay=Relay(database, clock, client, starter),
        post=SmtpPost("127.0.0.1", free_port(), start_tls=False),
    )


async def watch_of(console: Console, at_once: int = AT_ONCE) -> CarryingOut:
    """The round that carries repairs out."""
    return CarryingOut(await parts_of(console.database, console.clock), at_once)
