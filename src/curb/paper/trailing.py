"""Trailing stops: a stop order that follows the last trade at a fixed distance, one way."""

from dataclasses import replace
from decimal import Decimal

from curb.paper.contracts import Contract
from curb.paper.orders import Order, Touch, price_fault
from curb.wire.codes import OrderStatus, OrderType

MAX_TICKS = 1_000


def ticks_of(trail: Decimal, touch: Touch, contract: Contract) -> int:
    """Return the distance of a trail price from the last trade, in whole ticks."""
    return int(abs(touch.last - trail) // contract.tick_size)


def fault(trail: Decimal | None, touch: Touch, contract: Contract) -> str | None:
    """Return what is wrong with a trail price, in the venue's words; None where nothing is."""
    if trail is None:
        return "Trail Distance not set."
    reason = price_fault("trail", trail, contract)
    if reason is not None:
        return reason
    return None if ticks_of(trail, touch, contract) else "Trail Distance not set."


def placed(order: Order, ticks: int, touch: Touch, contract: Contract) -> Order:
    """Return a trailing stop `ticks` behind the last trade."""
    stop = _behind(order, ticks, touch, contract)
    return replace(order, ticket=replace(order.ticket, stop=stop), distance=ticks)


def followed(order: Order, touch: Touch, contract: Contract) -> Order:
    """Return a trailing stop where the last trade pulls it; the same order where it stays."""
    stop = order.ticket.stop
    waits = order.status == OrderStatus.OPEN and not order.is_triggered
    if order.ticket.type != OrderType.TRAILING_STOP or not waits or stop is None:
        return order
    pulled = _behind(order, order.distance or 0, touch, contract)
    if (stop - pulled) * order.sign <= 0:
        return order
    return replace(order, ticket=replace(order.ticket, stop=pulled))


def _behind(order: Order, ticks: int, touch: Touch, contract: Contract) -> Decimal:
    away = abs(ticks) * contract.tick_size * order.sign
    return max(touch.last + away, contract.tick_size)
