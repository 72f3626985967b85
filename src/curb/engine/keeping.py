"""What has to be kept of what an event changed."""

from collections.abc import Iterator
from datetime import datetime

from curb.domain.actions import (
    EndGrace,
    EndHigh,
    Record,
    SaveAudit,
    SaveDay,
    SaveFill,
    SaveHigh,
    SaveLock,
    SaveOrder,
    SavePosition,
)
from curb.engine.clerk import Clerk
from curb.state.account import AccountState, Learnt


def keep(learnt: Learnt, state: AccountState, clerk: Clerk, now: datetime) -> Iterator[Record]:
    """Yield the records of one event, and a row for each trade that it took back."""
    day_of = state.resets.days.day_of
    told = (*learnt.corrected, *learnt.fills)
    yield from (SaveFill(fill, day_of(fill.at)) for fill in told)
    yield from (SavePosition(position, now) for position in learnt.positions)
    yield from (SaveOrder(order, now) for order in learnt.orders)
    yield from (EndGrace(grace) for grace in learnt.graces)
    yield from (SaveLock(lock) for lock in learnt.locks)
    yield from (EndHigh(high) for high in learnt.ended_highs)
    yield from (SaveHigh(high) for high in learnt.highs)
    yield from map(SaveAudit, clerk.voided(learnt.fills, state, now))
    if told:
        yield SaveDay(state.account.id, day_of(now), state.realized(now), now)
