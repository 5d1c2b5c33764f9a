"""Looking for what was done to the audit: lines that were changed, moved, taken out, made anew or cut off."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from repairs.audit import BEFORE_THE_FIRST, hash_of
from repairs.keys import Keys
from repairs.seals import BEFORE_THE_FIRST as BEFORE_THE_FIRST_SEAL
from repairs.seals import PURPOSE, Sealed, content_of
from store.operator_audit import every_line, seals
from store.watch_tables import ABOUT_NO_CASE, AuditEntry, AuditSeal

UNSEALED_FOR = timedelta(hours=2)
"""The watch seals every hour: lines that are older and not sealed mean that it does not, or that seals are gone."""


@dataclass(slots=True)
class _Chain:
    """A chain as it is read, line by line; `ends` are the hashes by the number of the line."""

    number: int = 0
    hash: str = BEFORE_THE_FIRST
    ends: dict[int, str] = field(default_factory=dict)
    newest: datetime | None = None
    instants: dict[int, datetime] = field(default_factory=dict)


async def verify(session: AsyncSession, keys: Keys, now: datetime, known_seal: Sealed | None = None) -> list[str]:
    """What is wrong with the audit, a sentence each; nothing where it is whole.

    `known_seal` is one that the log has: it shows whether seals after it, and it itself, are still there.
    Chains are named by the case's opaque id.

    Seals are read before lines: each question sees what was committed by then, and a seal that was made in between
    would have seen lines that were not read. Lines that are newer than the last seal are no fault.
    """
    found = await seals(session)
    faults: list[str] = []
    chains: dict[str, _Chain] = {}
    async for line in every_line(session):
        chain = chains.setdefault(line.chain, _Chain())
        faults += _faults_of(line, chain)
        chain.number, chain.hash = line.number, line.hash
        chain.ends[line.number], chain.instants[line.number] = line.hash, line.at
    faults += _faults_of_seals(found, keys)
    faults += _faults_against(found, chains)
    faults += _faults_of_the_tail(found, chains, now)
    return faults + _faults_against_the_log(found, known_seal)


def _faults_of(line: AuditEntry, chain: _Chain) -> list[str]:
    """A line against the one before it, in the order in which they stand now."""
    where = f"{_named(line.chain)}, line {line.number}"
    if hash_of(line) != line.hash:
        moved_from = next((n for n in _near(line.number) if hash_of(line, number=n) == line.hash), None)
        if moved_from is not None:
            return [f"{where}: lines were put into another order; this one was line {moved_from}."]
        return [f"{where}: it was changed after it was written."]
    if line.number != chain.number + 1:
        return [f"{where}: the lines {chain.number + 1} to {line.number - 1} before it were deleted."]
    if line.before != chain.hash:
        return [f"{where}: it does not follow the line before it, which was replaced or changed."]
    return []


_REACH = 2_000


def _near(number: int) -> range:
    """Where a line may have stood before it was moved."""
    return range(max(1, number - _REACH), number + _REACH)


def _faults_of_seals(found: Sequence[AuditSeal], keys: Keys) -> list[str]:
    faults: list[str] = []
    number, before = 0, BEFORE_THE_FIRST_SEAL
    for one in found:
        if one.id != number + 1:
            faults.append(f"Seal {one.id}: the seals {number + 1} to {one.id - 1} before it were deleted.")
        elif one.before != before:
            faults.append(f"Seal {one.id}: it does not follow the seal before it.")
        name, _, signature = one.seal.partition(":")
        if not keys.has_signed(name, signature, content_of(one), PURPOSE):
            faults.append(f"Seal {one.id}: it was not made with the keys of this service, or was changed.")
        number, before = one.id, one.seal
    return faults


def _faults_against(found: Sequence[AuditSeal], chains: dict[str, _Chain]) -> list[str]:
    """What a seal has seen has to be there still: the newest seal of every chain says how long it was."""
    faults: dict[tuple[str, bool], str] = {}
    for one in found:
        for name, (length, end) in sorted(one.chains.items()):
            chain = chains.get(name, _Chain())
            if chain.number < length:
                what = f"had {length} lines when seal {one.id} was made and has {chain.number}: it was cut off."
                faults[name, True] = f"{_named(name)} {what}"
            elif chain.ends.get(length, end) != end:
                what = f"it is not the one that seal {one.id} has seen: the chain was made anew."
                faults.setdefault((name, False), f"{_named(name)}, line {length}: {what}")
    return list(faults.values())


def _faults_of_the_tail(found: Sequence[AuditSeal], chains: dict[str, _Chain], now: datetime) -> list[str]:
    sealed = {name: length for one in found for name, (length, _) in one.chains.items()}
    late = [
        name
        for name, chain in chains.items()
        if any(at < now - UNSEALED_FOR and n > sealed.get(name, 0) for n, at in chain.instants.items())
    ]
    if not late:
        return []
    hours = int(UNSEALED_FOR.total_seconds() // 3600)
    return [
        f"{len(late)} of the chains have lines that are older than {hours} hours and not sealed: the watch does not "
        "seal, or seals were deleted. Compare with the seals in its log."
    ]


def _faults_against_the_log(found: Sequence[AuditSeal], known: Sealed | None) -> list[str]:
    if known is None:
        return []
    there = next((one for one in found if one.id == known.number), None)
    if there is None:
        return [f"Seal {known.number} stands in the log and is not here: the seals were cut off after {len(found)}."]
    if there.seal != known.seal:
        return [f"Seal {known.number} is not the one that stands in the log: the seals were made anew."]
    return []


def _named(chain: str) -> str:
    return "The chain of what is about no one case" if chain == ABOUT_NO_CASE else f"The chain of case {chain}"
