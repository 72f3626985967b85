"""Curb's own stops close no more than is open, whether their rule watches or not."""

from curb.domain.book import Order, OrderStatus
from curb.domain.decisions import StopMove, measured
from curb.domain.money import ZERO
from curb.domain.stops import is_own
from curb.state.account import AccountState
from curb.state.protection import own_stop, room

_RULE = "RULE-012"


def excess(state: AccountState) -> tuple[StopMove, ...]:
    """Return what has to be taken from Curb's own stops so that they close no more than is open."""
    moves: list[StopMove] = []
    for order in state.orders:
        if not is_own(order) or order.status is OrderStatus.PENDING_CANCELLATION:
            continue
        position = state.positions.get(order.contract_id)
        if position is not None and not position.is_side_known:
            continue
        size = state.positions.settled(order.contract_id)
        others = state.orders.of(order.contract_id)
        kept = own_stop(size, others)
        allowed = room(size, others) if kept is not None and kept.id == order.id else 0
        if allowed < order.remaining:
            moves.append(_less(state, order, allowed))
    return tuple(moves)


def _less(state: AccountState, order: Order, allowed: int) -> StopMove:
    contracts = state.market.contracts
    label = contracts.label(order.contract_id)
    size = abs(state.positions.settled(order.contract_id))
    price = order.stop_price
    return StopMove(
        rule=_RULE,
        contract_id=order.contract_id,
        side=order.side,
        size=allowed if price is not None else 0,
        price=price if price is not None else ZERO,
        order_id=order.id,
        reason=f"{label}: {size} open, {allowed} left to cover, the stop covers {order.remaining}",
        symbol=contracts.symbol(order.contract_id),
        numbers=measured("contracts covered", order.remaining, ">", allowed, {}),
    )
