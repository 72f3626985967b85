"""The trading floor: the exchange with its clock, its record and its two hubs.

Everything that changes the exchange goes through here, so that every change is told to the
hubs and recorded before the next one happens.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from curb.paper import quotes, rows
from curb.paper.answer import Answer
from curb.paper.calendar import ClosedError, Hours
from curb.paper.clock import VenueClock, streamed
from curb.paper.contracts import Contract
from curb.paper.exchange import Exchange
from curb.paper.faults import spoiling
from curb.paper.faults.faults import Faults
from curb.paper.faults.stream import HubFaults
from curb.paper.hub import MARKET_METHODS, USER_METHODS, Hub, Topic
from curb.paper.orders import Touch
from curb.paper.record import Record
from curb.paper.tape import Tape
from curb.paper.trades import (
    BalanceChanged,
    Change,
    OrderChanged,
    PermissionChanged,
    PositionChanged,
    TradeCorrected,
    Traded,
)
from curb.wire import names
from curb.wire.codes import OrderStatus

_UPDATE, _REMOVE, _ADD = 1, 2, 0

_FINAL = (
    OrderStatus.FILLED,
    OrderStatus.CANCELLED,
    OrderStatus.EXPIRED,
    OrderStatus.REJECTED,
)


@dataclass(frozen=True, slots=True)
class Account:
    """An account that a paper process offers."""

    id: int
    name: str


class Floor:
    """One account's exchange, and everybody who is told of it.

    A floor beside another is a further account of the same venue: the same hubs and clock,
    and the same market, which the first one moves for all.
    """

    def __init__(
        self,
        account: Account,
        exchange: Exchange,
        clock: VenueClock,
        record: Record,
        beside: "Floor | None" = None,
        faults: Faults | None = None,
    ) -> None:
        self.account = account
        self.exchange = exchange
        self.clock = clock
        self.record = record
        self.faults = faults or Faults(time.monotonic)
        told = HubFaults(self.faults)
        self.was_watched = False  # whether anybody ever subscribed to the account
        # `began` is set once anybody traded or subscribed to anything.
        self.began: asyncio.Event = beside.began if beside else asyncio.Event()
        self.user: Hub = beside.user if beside else Hub("user", USER_METHODS, self._watched, told)
        self.market: Hub = (
            beside.market if beside else Hub("market", MARKET_METHODS, self.began.set, told)
        )
        self.all: list[Floor] = beside.all if beside else []  # the venue's, the first one first
        self.all.append(self)
        self.tape: Tape = beside.tape if beside else Tape()
        self.told = 0  # changes of the exchange so far
        self._unquoted: dict[str, Touch] = {}  # touches that wait to be quoted, by contract
        self._prints: dict[str, list[rows.Row]] = {}
        self._quoted: dict[str, Touch] = {}
        self._shown: dict[str, Touch] = {}  # touches whose depth was told
        self._moved: set[str] = set()  # contracts that were quoted since the last refresh

    def act(self, what: Callable[[Exchange], Answer]) -> Answer:
        """Do something on the exchange, and tell what came of it."""
        self.began.set()
        answer = what(self.exchange)
        self.tell()
        return answer

    def move(self, contract: Contract, touch: Touch, size: int = 0, side: int = 0) -> None:
        """Take a new market; `size` is that of a trade at its last, 0 where none happened.

        It is quoted at the next `quote`, or before the fills that it causes. A closed market
        does not move.
        """
        now = self.clock.now()
        if not self.exchange.calendar.is_open(now):
            return
        self._unquoted[contract.id] = touch
        if size:
            self.tape.add(contract.id, touch.last, size, now)
            if self.market.wants((names.TRADE, contract.id)):
                printed = rows.printed(contract, touch.last, size, side, now)
                self._prints.setdefault(contract.id, []).append(printed)
        for floor in self.all:
            floor.exchange.move(contract.id, touch, now)
            floor.tell()

    def set_price(self, contract: Contract, touch: Touch) -> None:
        """Take a market set by hand, as one contract traded there, and quote it.

        Raises ClosedError while the market is closed.
        """
        if not self.exchange.calendar.is_open(self.clock.now()):
            raise ClosedError("expected an open market, found it closed; open it first")
        self.move(contract, touch, size=1)
        self.quote()

    def set_hours(self, hours: Hours) -> None:
        """Keep other hours from now on; every account of a venue shares its calendar."""
        self.exchange.calendar.hours = hours
        self.note(f"hours {hours}")

    def quote(self) -> None:
        """Send what moved: one quote a contract, with the trades since the last one."""
        while self._unquoted:
            contract_id, touch = self._unquoted.popitem()
            self._send_quote(self.exchange.contracts[contract_id], touch)
        while self._prints:
            contract_id, printed = self._prints.popitem()
            is_bare = self.exchange.customs.payloads == "bare"
            for told in printed if is_bare else [printed]:
                self._send_market((names.TRADE, contract_id), [contract_id, told])

    def refresh(self) -> None:
        """Quote again what stood still since the last refresh: an open venue's quotes never stop."""
        if not self.exchange.calendar.is_open(self.clock.now()):
            return
        for contract_id in self.exchange.contracts:
            if contract_id not in self._moved and self.market.wants((names.QUOTE, contract_id)):
                self._quoted.pop(contract_id, None)
                self._unquoted.setdefault(contract_id, self.exchange.touches[contract_id])
        self.quote()
        self._moved.clear()

    def tell(self) -> None:
        """Send and record what happened on the exchange, the quote that caused it first."""
        changes = self.exchange.drain()
        if not changes:
            return
        self.told += len(changes)
        self.all[0].quote()
        for change in changes:
            topic, payload = self._payload(change)
            if self.exchange.customs.payloads == "bare":
                payload = payload["data"]
            at = self.clock.now()
            readers = self.user.publish(topic, [payload])
            row = {"hub": "user", "target": topic[0], "to": readers, "arguments": [payload]}
            self.record.add(at, "event", row)
            self._witness(change)

    def note(self, text: str) -> None:
        """Record a remark of the venue's own."""
        self.record.add(self.clock.now(), "note", {"text": text})

    def _watched(self) -> None:
        self.was_watched = True
        self.began.set()

    def _payload(self, change: Change) -> tuple[Topic, rows.Row]:
        account = self.account.id
        contracts = self.exchange.contracts
        match change:
            case OrderChanged(order):
                contract = contracts[order.ticket.contract_id]
                action = _REMOVE if order.status in _FINAL else _UPDATE
                row = rows.order_row(account, contract, order, streamed)
                return (names.USER_ORDER, account), rows.on_stream(action, row)
            case PositionChanged(position, is_flat):
                contract = contracts[position.contract_id]
                action = _REMOVE if is_flat else _UPDATE
                row = rows.position_row(account, contract, position, is_flat=is_flat, at=streamed)
                return (names.USER_POSITION, account), rows.on_stream(action, row)
            case Traded(trade):
                row = rows.trade_row(account, trade, streamed)
                return (names.USER_TRADE, account), rows.on_stream(_ADD, row)
            case TradeCorrected(trade):
                row = rows.trade_row(account, trade, streamed)
                return (names.USER_TRADE, account), rows.on_stream(_UPDATE, row)
            case BalanceChanged() | PermissionChanged():
                balance, can_trade = self.exchange.balance, self.exchange.can_trade
                if isinstance(change, BalanceChanged):
                    balance = change.balance
                row = rows.account_row(account, self.account.name, balance, can_trade=can_trade)
                return (names.USER_ACCOUNT, None), rows.on_stream(_UPDATE, row)

    def _witness(self, change: Change) -> None:
        """Record the truth of a fill, of its correction, and of a position that ended."""
        if isinstance(change, Traded):
            trade = change.trade
            position = self.exchange.positions.get(trade.contract_id)
            row: dict[str, Any] = {
                "account_id": self.account.id,
                "trade_id": trade.id,
                "order_id": trade.order_id,
                "source": self.exchange.orders[trade.order_id].ticket.source,
                "symbol": self.exchange.contracts[trade.contract_id].symbol,
                "contract_id": trade.contract_id,
                "side": int(trade.side),
                "size": trade.size,
                "price": trade.price,
                "pnl": trade.pnl,
                "fees": trade.fees,
                "net_after": position.net if position else 0,
            }
            self.record.add(trade.at, "fill", row)
        elif isinstance(change, TradeCorrected):
            trade = change.trade
            position = self.exchange.positions.get(trade.contract_id)
            row = {
                "account_id": self.account.id,
                "trade_id": trade.id,
                "contract_id": trade.contract_id,
                "voided": trade.is_voided,
                "pnl": trade.pnl,
                "net_after": position.net if position else 0,
            }
            self.record.add(self.clock.now(), "correction", row)
        elif isinstance(change, PositionChanged) and change.is_flat:
            contract = self.exchange.contracts[change.position.contract_id]
            row = {
                "account_id": self.account.id,
                "symbol": contract.symbol,
                "contract_id": contract.id,
                "size": 0,
            }
            self.record.add(self.clock.now(), "flat", row)

    def _send_quote(self, contract: Contract, touch: Touch) -> None:
        topic = (names.QUOTE, contract.id)
        at = self.clock.now()
        self._send_depth(contract, touch)
        if not self.market.wants(topic):
            return
        day = self.tape.day(contract.id, at)
        row = quotes.quote(contract, touch, self._quoted.get(contract.id), day, at)
        self._quoted[contract.id] = touch
        self._moved.add(contract.id)
        if self.faults.is_idle:
            self._send_market(topic, [contract.id, row])
            return
        others = [each for each in self.exchange.contracts if each != contract.id]
        spoiled = spoiling.quote(self.faults, contract, row, at, others)
        if spoiled is not None:
            self._send_market(topic, list(spoiled))

    def _send_depth(self, contract: Contract, touch: Touch) -> None:
        topic = (names.DEPTH, contract.id)
        if self.market.wants(topic):
            before = self._shown.get(contract.id)
            self._shown[contract.id] = touch
            for row in quotes.depth(contract, touch, before, self.clock.now()):
                self._send_market(topic, [contract.id, row])

    def _send_market(self, topic: Topic, arguments: list[Any]) -> None:
        at = self.clock.now()
        readers = self.market.publish(topic, arguments)
        if readers:
            row = {"hub": "market", "target": topic[0], "to": readers, "arguments": arguments}
            self.record.add_quote(at, row)
