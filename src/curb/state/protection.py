"""Which orders protect a position, and whose they are (RULE-008, RULE-012)."""

from collections.abc import Iterable
from decimal import Decimal

from curb.domain.book import Order, OrderStatus, OrderType, Position
from curb.domain.stops import is_own

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


def own_stop(size: int, orders: Iterable[Order]) -> Order | None:
    """Return the stop that Curb keeps for a position of `size`: of several the first placed."""
    mine = (o for o in orders if is_own(o) and o.status in _LIVE and o.side.value * size < 0)
    return min(mine, key=lambda order: order.id, default=None)


def manual_stops(size: int, orders: Iterable[Order]) -> tuple[Order, ...]:
    """Return the trader's own stops on the closing side of a position of `size`.

    One that the mark has passed, or whose cancel is not confirmed, may still fill: it counts.
    The child of an entry that has not filled protects what that entry may open.
    """
    return tuple(
        order
        for order in orders
        if order.type.is_stop
        and not is_own(order)
        and order.status is not OrderStatus.SUSPENDED
        and order.side.value * size < 0
    )


def room(size: int, orders: Iterable[Order]) -> int:
    """Return how many contracts of a position of `size` the trader's own stops leave over."""
    covered = sum(order.remaining for order in manual_stops(size, orders))
    return max(abs(size) - covered, 0)
