"""Brackets: a stop and a target that come with an entry, wait for its fill, and end together."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from curb.paper import trailing
from curb.paper.contracts import Contract
from curb.paper.customs import Brackets
from curb.paper.orders import Bracket, Order, Ticket
from curb.wire.codes import OrderSide, OrderStatus, OrderType

# Nearer than this the venue takes no stop.
_STOP_TICKS_MIN = 4

# The real venue's ceiling is unknown; this one only keeps a typing error from overflowing.
_TICKS_MAX = 10_000


def fault(ticket: Ticket, customs: Brackets) -> str | None:
    """Return what is wrong with a ticket's brackets, in the venue's words; None: nothing."""
    stop, target = ticket.stop_loss, ticket.take_profit
    if stop is None and target is None:
        return None
    if customs == "refused":
        return "Brackets cannot be used with Position Brackets. You must enable Auto OCO Brackets."
    is_strict = customs == "strict"
    return _stop_fault(stop, ticket.side, is_strict) or _target_fault(
        target, ticket.side, is_strict
    )


def with_exits(entry: Order, ticket: Ticket, new_id: Callable[[], int]) -> list[Order]:
    """Return an entry among its suspended exits, in the order in which the venue tells them."""
    stop, target = ticket.stop_loss, ticket.take_profit
    first = _exit(entry, stop, "SL", -entry.sign, new_id()) if stop else None
    last = _exit(entry, target, "TP", entry.sign, new_id()) if target else None
    if first and last:
        last = replace(last, linked_id=first.id)
    return [each for each in (first, entry, last) if each]


def grown(leg: Order, contract: Contract, price: Decimal, size: int, now: datetime) -> Order:
    """Return an exit after a fill of its parent: the first wakes it up, each adds its size.

    Its price is counted from the first fill.
    """
    if leg.status != OrderStatus.SUSPENDED:
        return leg.sized(leg.ticket.size + size, now)
    at = max(price + (leg.distance or 0) * contract.tick_size, contract.tick_size)
    is_target = leg.ticket.type == OrderType.LIMIT
    ticket = replace(
        leg.ticket,
        size=size,
        limit=at if is_target else None,
        stop=None if is_target else at,
    )
    return replace(leg.at(OrderStatus.OPEN, now), ticket=ticket)


def shrunk(leg: Order, size: int, now: datetime) -> Order:
    """Return an exit after `size` contracts left by the other one."""
    if leg.remaining <= size:
        return leg.at(OrderStatus.CANCELLED, now)
    return leg.sized(leg.ticket.size - size, now)


def _exit(entry: Order, bracket: Bracket, word: str, sign: int, order_id: int) -> Order:
    ticket = entry.ticket
    return Order(
        order_id,
        Ticket(
            ticket.contract_id,
            bracket.type,
            OrderSide.ASK if entry.sign > 0 else OrderSide.BID,
            ticket.size,
            tag=f"{ticket.tag}-{word}" if ticket.tag else None,
            source=ticket.source,
        ),
        OrderStatus.SUSPENDED,
        entry.created_at,
        entry.updated_at,
        parent_id=entry.id,
        distance=abs(bracket.ticks) * sign,
    )


def _stop_fault(stop: Bracket | None, side: int, is_strict: bool) -> str | None:
    if stop is None:
        return None
    if stop.type not in (OrderType.STOP, OrderType.TRAILING_STOP):
        return f"Invalid stop loss type ({_name(stop.type)})"
    wanted = -1 if side == OrderSide.BID else 1
    if is_strict and stop.ticks * wanted <= 0:
        return f"Invalid stop loss ticks ({stop.ticks}). {_sign_words(wanted, side)}"
    if abs(stop.ticks) < _STOP_TICKS_MIN:
        least = f"Stop loss tick value should be at least {_STOP_TICKS_MIN} ticks."
        return f"Invalid stop loss ticks ({stop.ticks}). {least}"
    if stop.type == OrderType.TRAILING_STOP and abs(stop.ticks) > trailing.MAX_TICKS:
        return f"Trail Distance exceeds maximum ({trailing.MAX_TICKS})"
    return _size_fault("stop loss", stop.ticks)


def _target_fault(target: Bracket | None, side: int, is_strict: bool) -> str | None:
    if target is None:
        return None
    if target.type != OrderType.LIMIT:
        return f"Invalid take profit type ({_name(target.type)})"
    wanted = 1 if side == OrderSide.BID else -1
    if (is_strict or not target.ticks) and target.ticks * wanted <= 0:
        return f"Invalid take profit ticks ({target.ticks}). {_sign_words(wanted, side)}"
    return _size_fault("take profit", target.ticks)


def _size_fault(word: str, ticks: int) -> str | None:
    if abs(ticks) <= _TICKS_MAX:
        return None
    return f"Invalid {word} ticks ({ticks}). Ticks should be at most {_TICKS_MAX}."


def _sign_words(wanted: int, side: int) -> str:
    than = "greater" if wanted > 0 else "less"
    when = "longing" if side == OrderSide.BID else "going short"
    return f"Ticks should be {than} than zero when {when}."


def _name(kind: int) -> str:
    names = {each.value: each.name.title().replace("_", "") for each in OrderType}
    return names.get(kind, str(kind))
