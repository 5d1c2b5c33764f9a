"""The audit of what people do at the console: chains of lines, and the seals that say how long they were."""

from collections.abc import AsyncIterator, Sequence

from sqlalchemy import bindparam, column, func, select, true
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from store.watch_tables import AuditEntry, AuditSeal

_CHAINS = 7_374_015
"""Any fixed number: the family of PostgreSQL's advisory locks for chains; the chain is the other half."""
_SEALS = 7_374_016
_ONE_WRITER = select(func.pg_advisory_xact_lock(_CHAINS, func.hashtext(bindparam("chain"))))
_HEAD = (
    select(AuditEntry.number, AuditEntry.hash)
    .where(AuditEntry.chain == bindparam("chain"))
    .order_by(AuditEntry.number.desc())
    .limit(1)
)


async def one_writer_at_a_time(session: AsyncSession, chain: str) -> None:
    """Wait until nobody else adds to a chain; ends with the transaction."""
    await session.execute(_ONE_WRITER, {"chain": chain})


async def head(session: AsyncSession, chain: str) -> tuple[int, str] | None:
    """The number and hash of a chain's last line; None for a chain without any."""
    row = (await session.execute(_HEAD, {"chain": chain})).first()
    return (row.number, row.hash) if row else None


async def add_line(session: AsyncSession, line: AuditEntry) -> None:
    session.add(line)
    await session.flush()


async def heads(session: AsyncSession) -> dict[str, tuple[int, str]]:
    """The number and hash of the last line of every chain."""
    query = select(AuditEntry.chain, AuditEntry.number, AuditEntry.hash)
    rows = await session.execute(
        query.ext(distinct_on(AuditEntry.chain)).order_by(AuditEntry.chain, AuditEntry.number.desc())
    )
    return {row.chain: (row.number, row.hash) for row in rows}


async def every_line(session: AsyncSession) -> AsyncIterator[AuditEntry]:
    """Every line of every chain: chain after chain, in the order of the numbers."""
    query = select(AuditEntry).order_by(AuditEntry.chain, AuditEntry.number).execution_options(yield_per=1000)
    async for line in await session.stream_scalars(query):
        yield line


async def one_sealer_at_a_time(session: AsyncSession) -> None:
    """Wait until nobody else seals; ends with the transaction."""
    await session.execute(select(func.pg_advisory_xact_lock(_SEALS)))


async def seals(session: AsyncSession) -> Sequence[AuditSeal]:
    """Every seal in its order."""
    return (await session.execute(select(AuditSeal).order_by(AuditSeal.id))).scalars().all()


async def last_seal(session: AsyncSession) -> AuditSeal | None:
    return (await session.execute(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1))).scalar_one_or_none()


async def sealed_lengths(session: AsyncSession) -> dict[str, int]:
    """The number of the last line of every chain that was ever sealed."""
    sealed = func.jsonb_each(AuditSeal.chains).table_valued("key", column("value", JSONB)).render_derived()
    length = func.max(sealed.c.value[0].as_integer()).label("length")
    rows = await session.execute(
        select(sealed.c.key, length).select_from(AuditSeal).join(sealed, true()).group_by(sealed.c.key)
    )
    return {row.key: row.length for row in rows.all()}


async def add_seal(session: AsyncSession, seal: AuditSeal) -> None:
    session.add(seal)
    await session.flush()
