"""What every check of a day uses: its failure, the core's view, and what has to be flat."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from curb.state.account import AccountState

if TYPE_CHECKING:
    from tests.sim.day import Day

NEVER = datetime.max.replace(tzinfo=UTC)


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
    for cid in day.venue.prices:
        lock = state.lockouts.lockout(state.market.contracts.symbol(cid))
        if lock:
            found[cid] = lock.since
    return found
