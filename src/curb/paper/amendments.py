"""Changes to a working order: which ones it takes, and what becomes of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from curb.paper import trailing
from curb.paper.contracts import Contract
from curb.paper.orders import LIMITED, MAX_SIZE, STOPPED, Order, Touch, price_fault
from curb.wire.codes import OrderStatus, OrderType


@dataclass(frozen=True, slots=True)
class Amendment:
    """What to change about an order; what is None stays as it was.

    `trail` is a price level, as when the order was placed.
    """

    size: int | None = None
    limit: Decimal | None = None
    stop: Decimal | None = None
    trail: Decimal | None = None

    def fault(self, order: Order, contract: Contract, touch: Touch) -> str | None:
        """Return why the order cannot be changed so, None where it can."""
        if order.status == OrderStatus.SUSPENDED:
            return "Invalid change. The order waits for its parent."
        if self.size is not None and not order.filled < self.size <= MAX_SIZE:
            return "Invalid order size."
        kind = order.ticket.type
        given = (
            ("limit", self.limit, LIMITED),
            ("stop", self.stop, STOPPED),
            ("trail", self.trail, (OrderType.TRAILING_STOP,)),
        )
        for word, price, kinds in given:
            if price is None:
                continue
            if kind not in kinds:
                return f"Invalid {word} price. The order has none."
            reason = price_fault(word, price, contract)
            if reason is not None:
                return reason
        return None if self.trail is None else trailing.fault(self.trail, touch, contract)

    def applied(self, order: Order, contract: Contract, touch: Touch, now: datetime) -> Order:
        """Return the changed order; one whose stop was moved waits for it anew."""
        ticket = replace(
            order.ticket,
            size=order.ticket.size if self.size is None else self.size,
            limit=order.ticket.limit if self.limit is None else self.limit,
            stop=order.ticket.stop if self.stop is None else self.stop,
        )
        is_rearmed = self.stop is not None or self.trail is not None
        changed = replace(
            order,
            ticket=ticket,
            updated_at=now,
            is_triggered=order.is_triggered and not is_rearmed,
        )
        if self.trail is None:
            return changed
        ticks = trailing.ticks_of(self.trail, touch, contract)
        return trailing.placed(changed, ticks, touch, contract)
