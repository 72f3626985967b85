"""The truth of an account at the venue, which no fault of hubs, answers or lines touches."""

from typing import Any

from curb.paper import rows
from curb.paper.clock import stamp
from curb.paper.floor import Floor


def truth(floor: Floor) -> dict[str, Any]:
    """Return what is so, and every order and half-turn that is kept, each with the venue's time."""
    exchange, account = floor.exchange, floor.account.id
    known = exchange.contracts
    orders = sorted(exchange.orders.values(), key=lambda each: each.id)
    return {
        "at": stamp(floor.clock.now()),
        "account": rows.account_row(
            account, floor.account.name, exchange.balance, can_trade=exchange.can_trade
        ),
        "positions": [
            rows.position_row(account, known[each.contract_id], each)
            for each in exchange.positions.values()
        ],
        "orders": [
            rows.order_row(account, known[each.ticket.contract_id], each)
            | {"source": each.ticket.source}
            for each in orders
        ],
        "workingOrders": [
            rows.order_row(account, known[each.ticket.contract_id], each)
            for each in exchange.working()
        ],
        "trades": [rows.trade_row(account, each) for each in exchange.trades],
    }
