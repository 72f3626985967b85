"""What orders tell of fills that the account does not show yet.

A stop that was filled leaves the working orders before its position is told, and who flattens
by hand cancels it a moment before he closes: to place another one then would open a position.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from curb.domain.book import OrderStatus
from curb.domain.events import AccountRead, Event, FillSeen, OrderSeen
from curb.state.account import AccountState

# A fill's own event may take as long; a read begun later shows the position after it.
SETTLE = timedelta(milliseconds=750)


@dataclass(frozen=True, slots=True)
class _Debt:
    contract_id: str
    size: int
    at: datetime


class Unbooked:
    """The orders of one account whose fills are still on their way, by their number."""

    def __init__(self) -> None:
        self._debts: dict[int, _Debt] = {}
        self._stops: dict[int, _Debt] = {}

    def told(self, event: Event, state: AccountState, now: datetime) -> None:
        """Take in an event that the account's state has applied."""
        match event:
            case OrderSeen(order):
                is_stop_gone = order.status.is_final and order.type.is_stop
                is_whole = is_stop_gone or order.status is OrderStatus.FILLED
                size = max(order.filled, order.size) if is_whole else order.filled
                self._stops.pop(order.id, None)  # its own event tells of it
                if size:
                    self._debts[order.id] = _Debt(order.contract_id, size, now)
            case AccountRead(positions=positions, orders=orders, began_at=began_at):
                if positions is not None:
                    late = began_at - SETTLE
                    self._debts = {i: d for i, d in self._debts.items() if d.at > late}
                if orders is not None:
                    self._missing(state, now)
            case FillSeen():
                pass
            case _:
                return  # a quote must not cost more than it can change
        self._debts = {
            number: debt
            for number, debt in self._debts.items()
            if sum(fill.size for fill in state.trades.of_order(number)) < debt.size
        }
        self._stops = {
            order.id: _Debt(order.contract_id, order.size, now)
            for order in state.orders
            if order.type.is_stop
        }

    def holds(self, contract_id: str) -> bool:
        """Tell whether the contract's position may be another than the one told."""
        return any(debt.contract_id == contract_id for debt in self._debts.values())

    def next_read(self) -> datetime | None:
        """Return from when on a read tells what no event did, the soonest."""
        return min((debt.at + SETTLE for debt in self._debts.values()), default=None)

    def _missing(self, state: AccountState, now: datetime) -> None:
        """Count a stop that a read no longer shows as filled, until a later one."""
        working = {order.id for order in state.orders}
        for number, stop in self._stops.items():
            if number not in working:
                self._debts[number] = _Debt(stop.contract_id, stop.size, now)
