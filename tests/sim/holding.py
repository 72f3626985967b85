"""What every check of a day uses: its failure, the core's view, and what has to be flat."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from curb.domain.book import Fill
from curb.domain.locks import Lock, LockKind
from curb.state.account import AccountState

if TYPE_CHECKING:
    from tests.sim.day import Day

NEVER = datetime.max.replace(tzinfo=UTC)
MICRO = Decimal("0.000001")


class Broken(AssertionError):  # noqa: N818 - a word for an invariant
    """An invariant does not hold; begins with its number."""


def hold(number: str, is_held: object, *found: object) -> None:
    """Raise Broken with what was found unless `is_held`."""
    if not is_held:
        raise Broken(f"{number}: {' '.join(map(str, found))}")


def state_of(day: Day) -> AccountState:
    return day.watch.state


def locked(day: Day) -> dict[str, datetime]:
    """Return the contracts that have to be flat, and since when."""
    state = state_of(day)
    found = {}
    for cid in day.broker.contracts:
        lock = state.lockouts.lockout(state.market.contracts.symbol(cid))
        if lock:
            found[cid] = lock.since
    return found


def realized(fills: Iterable[Fill]) -> tuple[Decimal, Decimal]:
    """Return gross and net of fills in whole millionths of a dollar, added up one by one."""
    gross = net = 0
    for fill in fills:
        if not fill.is_voided:
            made = int((fill.pnl or Decimal(0)) / MICRO)
            gross += made
            net += made - int(fill.fees / MICRO) - int(fill.commissions / MICRO)
    return gross * MICRO, net * MICRO


def is_as_strict(new: Lock, old: Lock) -> bool:
    """Tell whether a lock forbids what another one did, at least as long."""
    allowed = dict(old.ceilings)
    return (
        (new.until or NEVER) >= (old.until or NEVER)
        and (new.kind is LockKind.LOCKOUT or old.kind is LockKind.COOLDOWN)
        and all(abs(size) <= abs(allowed[cid]) for cid, size in new.ceilings)
    )
