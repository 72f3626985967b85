"""What the venue answers to each REST request: envelope and payload."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from curb.paper import bars, bodies, rows
from curb.paper.answer import Answer
from curb.paper.floor import Floor
from curb.paper.orders import Bracket, Order, Ticket
from curb.wire.codes import BarsCode, OrderStatus, PlaceCode, SearchCode

# Contract/search shows no more than this, without paging.
_CONTRACTS_MAX = 20

# Every account-bound endpoint says so with the same code.
_NO_ACCOUNT = Answer(PlaceCode.ACCOUNT_NOT_FOUND, "Account not found.")

_FOUND = Answer(SearchCode.SUCCESS)

Envelope = dict[str, Any]


def envelope(answer: Answer, payload: Envelope | None = None) -> Envelope:
    """Return the payload with success, code and message."""
    words = {
        "success": answer.code == 0,
        "errorCode": int(answer.code),
        "errorMessage": answer.message,
    }
    return (payload or {}) | words


def accounts(floor: Floor, _: bodies.AccountSearch) -> Envelope:
    """Return every account of the venue."""
    found = [
        rows.account_row(
            each.account.id,
            each.account.name,
            each.exchange.balance,
            can_trade=each.exchange.can_trade,
        )
        for each in floor.all
    ]
    return envelope(_FOUND, {"accounts": found})


def contracts(floor: Floor, body: bodies.ContractSearch) -> Envelope:
    """Return the contracts whose name or description holds the text."""
    text = (body.search_text or "").casefold()
    found = [
        rows.contract_row(each)
        for each in floor.exchange.contracts.values()
        if text in f"{each.name} {each.id} {each.description}".casefold()
    ]
    return envelope(_FOUND, {"contracts": found[:_CONTRACTS_MAX]})


def contract(floor: Floor, body: bodies.ContractById) -> Envelope:
    """Return one contract."""
    found = floor.exchange.contracts.get(body.contract_id)
    if found is None:
        missing = Answer(SearchCode.NOT_FOUND, "Contract not found.")
        return envelope(missing, {"contract": None})
    return envelope(_FOUND, {"contract": rows.contract_row(found)})


def available(floor: Floor, _: bodies.ContractAvailable) -> Envelope:
    """Return every contract."""
    found = [rows.contract_row(each) for each in floor.exchange.contracts.values()]
    return envelope(_FOUND, {"contracts": found})


def history(floor: Floor, body: bodies.RetrieveBars) -> Envelope:
    """Return bars of what traded here since the venue began, newest first."""
    wanted = bars.Wanted(
        body.contract_id,
        body.unit,
        body.unit_number,
        body.start_time,
        body.end_time,
        body.limit,
        body.include_partial_bar,
    )
    is_known = body.contract_id in floor.exchange.contracts
    code = wanted.fault() if is_known else BarsCode.CONTRACT_NOT_FOUND
    if code:
        return envelope(Answer(code), {"bars": []})
    found = bars.bars(floor.tape, wanted, floor.clock.now())
    return envelope(_FOUND, {"bars": [rows.bar_row(each) for each in found]})


def place(floor: Floor, body: bodies.OrderPlace) -> Envelope:
    """Place an order; a rejected one has an id, too."""
    ticket = Ticket(
        body.contract_id,
        body.type,
        body.side,
        body.size,
        limit=body.limit_price,
        stop=body.stop_price,
        tag=body.custom_tag or None,
        trail=body.trail_price,
        stop_loss=_bracket(body.stop_loss_bracket),
        take_profit=_bracket(body.take_profit_bracket),
    )
    if body.account_id != floor.account.id:
        return envelope(_NO_ACCOUNT, {"orderId": None})
    answer = floor.act(lambda exchange: exchange.place(ticket, floor.clock.now()))
    return envelope(answer, {"orderId": answer.order_id})


def cancel(floor: Floor, body: bodies.OrderById) -> Envelope:
    """Cancel an order."""
    if body.account_id != floor.account.id:
        return envelope(_NO_ACCOUNT)
    return envelope(floor.act(lambda exchange: exchange.cancel(body.order_id, floor.clock.now())))


def modify(floor: Floor, body: bodies.OrderModify) -> Envelope:
    """Change an order."""
    if body.account_id != floor.account.id:
        return envelope(_NO_ACCOUNT)
    answer = floor.act(
        lambda exchange: exchange.modify(
            body.order_id,
            floor.clock.now(),
            size=body.size,
            limit=body.limit_price,
            stop=body.stop_price,
            trail=body.trail_price,
        )
    )
    return envelope(answer)


def orders(floor: Floor, body: bodies.Since) -> Envelope:
    """Return the orders created in a window, oldest first."""
    if body.account_id != floor.account.id:
        return envelope(_NO_ACCOUNT, {"orders": []})
    found = [
        order
        for order in floor.exchange.orders.values()
        if _within(order.created_at, body.start_timestamp, body.end_timestamp)
    ]
    return envelope(_FOUND, {"orders": _order_rows(floor, sorted(found, key=_by_id))})


def open_orders(floor: Floor, body: bodies.OfAccount) -> Envelope:
    """Return the orders of status 1, and no others."""
    if body.account_id != floor.account.id:
        return envelope(_NO_ACCOUNT, {"orders": []})
    found = [each for each in floor.exchange.orders.values() if each.status == OrderStatus.OPEN]
    return envelope(_FOUND, {"orders": _order_rows(floor, sorted(found, key=_by_id))})


def order(floor: Floor, body: bodies.OrderById) -> Envelope:
    """Return one order."""
    found = floor.exchange.orders.get(body.order_id)
    if found is None or body.account_id != floor.account.id:
        missing = Answer(SearchCode.NOT_FOUND, "Order not found.")
        return envelope(missing, {"order": None})
    return envelope(_FOUND, {"order": _order_rows(floor, [found])[0]})


def order_query(floor: Floor, body: bodies.OrderQuery) -> Envelope:
    """Return one page of the orders that pass the filter."""
    asked = body.filter
    if asked.account_id != floor.account.id:
        return envelope(_NO_ACCOUNT, {"orders": []})
    found = [
        order
        for order in floor.exchange.orders.values()
        if (asked.statuses is None or order.status in asked.statuses)
        and (asked.contract_id is None or order.ticket.contract_id == asked.contract_id)
        and _within(order.created_at, asked.created_after, asked.created_before)
    ]
    is_by_id = body.sort_by == 1
    found.sort(
        key=lambda each: (each.id,) if is_by_id else (each.created_at, each.id),
        reverse=body.sort_direction == 1,
    )
    start = body.page_offset * body.page_size
    page = _order_rows(floor, found[start : start + body.page_size])
    total = {"totalCount": len(found)} if body.include_total_count else {}
    return envelope(_FOUND, {"orders": page} | total)


def positions(floor: Floor, body: bodies.OfAccount) -> Envelope:
    """Return the open positions."""
    if body.account_id != floor.account.id:
        return envelope(_NO_ACCOUNT, {"positions": []})
    known = floor.exchange.contracts
    found = [
        rows.position_row(floor.account.id, known[each.contract_id], each)
        for each in floor.exchange.positions.values()
    ]
    return envelope(_FOUND, {"positions": found})


def close(floor: Floor, body: bodies.OfContract) -> Envelope:
    """Close a position; no order id is told."""
    if body.account_id != floor.account.id:
        return envelope(_NO_ACCOUNT)
    return envelope(floor.act(lambda exchange: exchange.close(body.contract_id, floor.clock.now())))


def close_part(floor: Floor, body: bodies.PartialClose) -> Envelope:
    """Close a part of a position; no order id is told."""
    if body.account_id != floor.account.id:
        return envelope(_NO_ACCOUNT)
    answer = floor.act(
        lambda exchange: exchange.close_part(body.contract_id, body.size, floor.clock.now())
    )
    return envelope(answer)


def trades(floor: Floor, body: bodies.TradeSince) -> Envelope:
    """Return the half-turns of a window, newest first."""
    if body.account_id != floor.account.id:
        return envelope(_NO_ACCOUNT, {"trades": []})
    found = [
        rows.trade_row(floor.account.id, trade)
        for trade in reversed(floor.exchange.trades)
        if _within(trade.at, body.start_timestamp, body.end_timestamp)
    ]
    return envelope(_FOUND, {"trades": found})


def _bracket(body: bodies.Exit | None) -> Bracket | None:
    return None if body is None else Bracket(body.ticks, body.type)


def _within(at: datetime, start: datetime | None, end: datetime | None) -> bool:
    return (start is None or at >= start) and (end is None or at <= end)


def _order_rows(floor: Floor, found: Iterable[Order]) -> list[rows.Row]:
    known = floor.exchange.contracts
    return [
        rows.order_row(floor.account.id, known[each.ticket.contract_id], each) for each in found
    ]


def _by_id(order: Order) -> int:
    return order.id
