"""Working orders, suspended bracket children included."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from curb.domain.book import Order
from curb.domain.events import AccountRead, Event, OrderSeen

# Orders that ended or were no longer listed are remembered so that a late event cannot bring
# one back; a day has far fewer.
_REMEMBERED = 5_000


class Orders:
    """Orders that can still execute, as the gateway last told them."""

    def __init__(self) -> None:
        self._working: dict[int, Order] = {}
        self._final: OrderedDict[int, None] = OrderedDict()
        self._unlisted: OrderedDict[int, Order] = OrderedDict()  # as known before a read had none
        self._told_at: dict[int, datetime] = {}
        self.read_at: datetime | None = None

    def __iter__(self) -> Iterator[Order]:
        return iter(self._working.values())

    def apply(self, event: Event, now: datetime) -> None:
        """Take in an order from the hub or all working ones from a read."""
        match event:
            case OrderSeen(order):
                self._put(order)
                if order.id in self._working:
                    self._told_at[order.id] = now
                else:
                    self._told_at.pop(order.id, None)
            case AccountRead(orders=orders, began_at=began_at) if orders is not None:
                self._read(orders, began_at)
            case _:
                pass

    def get(self, order_id: int) -> Order | None:
        """Return the working order."""
        return self._working.get(order_id)

    def of(self, contract_id: str) -> tuple[Order, ...]:
        """Return the working orders of a contract."""
        if not self._working:
            return ()
        return tuple(o for o in self._working.values() if o.contract_id == contract_id)

    def _put(self, order: Order) -> None:
        if order.id in self._final:
            return
        if order.status.is_final:
            self._working.pop(order.id, None)
            self._final[order.id] = None
            _forget_old(self._final)
            return
        known = self._working.get(order.id) or self._unlisted.get(order.id)
        if known and _is_older(order, known):
            return
        if known and known.tag and order.tag is None:
            order = replace(order, tag=known.tag)  # some lists leave it out; it never changes
        self._unlisted.pop(order.id, None)
        self._working[order.id] = order

    def _read(self, orders: tuple[Order, ...], began_at: datetime) -> None:
        self.read_at = began_at
        for order in orders:
            self._put(order)
        read = {order.id for order in orders}
        for order_id in list(self._working):
            told_at = self._told_at.get(order_id)
            is_newer = told_at is not None and told_at >= began_at
            if order_id not in read and not is_newer:
                self._unlisted[order_id] = self._working.pop(order_id)
                _forget_old(self._unlisted)
                self._told_at.pop(order_id, None)


def _forget_old(remembered: OrderedDict[int, Any]) -> None:
    if len(remembered) > _REMEMBERED:
        remembered.popitem(last=False)


def _is_older(order: Order, known: Order) -> bool:
    if order.filled < known.filled:
        return True
    if order.updated_at is None or known.updated_at is None:
        return False
    return order.updated_at < known.updated_at


def adding(size: int, orders: Iterable[Order]) -> tuple[Order, ...]:
    """Return the orders of a contract that could add exposure to a position of `size`.

    Orders on the closing side are harmless as long as the stops together, and the others
    together, close no more than the position: the two kinds stand for one exit.
    """
    found: list[Order] = []
    room = {True: abs(size), False: abs(size)}
    for order in sorted(orders, key=lambda o: o.id):
        is_closing = size * order.side.value < 0
        if is_closing and order.remaining <= room[order.type.is_stop]:
            room[order.type.is_stop] -= order.remaining
        else:
            found.append(order)
    return tuple(found)
