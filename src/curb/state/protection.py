"""Which orders protect a position (RULE-008)."""

from decimal import Decimal

from curb.domain.book import Order, OrderStatus, OrderType, Position

_LIVE = frozenset((OrderStatus.OPEN, OrderStatus.PENDING))


def is_protective(order: Order, position: Position, mark: Decimal | None) -> bool:
    """Tell whether the order is a live stop on the closing side that can still trigger.

    A stop whose price the mark has passed protects nothing; a trailing stop may lack one.
    """
    if order.status not in _LIVE or not order.type.is_stop:
        return False
    if order.side.value * position.size >= 0:
        return False
    if order.stop_price is None:
        return order.type is OrderType.TRAILING_STOP
    if mark is None:
        mark = position.average_price
    return mark is None or (order.stop_price - mark) * order.side.value >= 0


def uncovered(position: Position, stops: tuple[Order, ...]) -> int:
    """Return how many contracts of the position have no stop."""
    return max(abs(position.size) - sum(stop.remaining for stop in stops), 0)
