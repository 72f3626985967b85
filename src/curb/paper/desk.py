"""A scripted trader's desk: what he sees, what he can do, and how it reaches the exchange."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from curb.paper.contracts import Contract, active
from curb.paper.floor import Floor
from curb.paper.orders import Order, Ticket, Touch
from curb.wire.codes import OrderSide, OrderType


@dataclass(frozen=True, slots=True)
class Enter:
    """A market order: buy a positive size, sell a negative one."""

    symbol: str
    size: int
    why: str


@dataclass(frozen=True, slots=True)
class Protect:
    """A stop order `ticks` behind the market."""

    symbol: str
    size: int
    ticks: int


@dataclass(frozen=True, slots=True)
class Aim:
    """A limit order `ticks` beyond the market."""

    symbol: str
    size: int
    ticks: int


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Cancel every working order on a symbol."""

    symbol: str


Intent = Enter | Protect | Aim | Withdraw


@dataclass(frozen=True, slots=True)
class View:
    """What a trader looks at: signed positions, working orders, prices in ticks, his result."""

    nets: dict[str, int]
    working: tuple[tuple[str, Order], ...]
    lasts: dict[str, int]
    result: Decimal  # dollars since he began, fees taken off

    def has_stop(self, symbol: str) -> bool:
        """Tell whether a stop works on the symbol."""
        return any(
            name == symbol and order.ticket.type == OrderType.STOP for name, order in self.working
        )

    def has_orders(self, symbol: str) -> bool:
        """Tell whether any order works on the symbol."""
        return any(name == symbol for name, _ in self.working)


class Trader(Protocol):
    """Somebody who trades. `first_s` after he is watched he acts, then as he says himself."""

    first_s: float

    def act(self, view: View, at_s: float) -> tuple[Sequence[Intent], float]:
        """Return what he does now, and after how many seconds he looks again."""
        ...


class Desk:
    """Carries out what a trader wants, as if he clicked in the venue's own platform."""

    def __init__(self, floor: Floor, trader: Trader) -> None:
        self._floor = floor
        self._trader = trader
        self._balance = floor.exchange.balance

    def act(self, at_s: float) -> float:
        """Let the trader act; return after how many seconds he does again."""
        intents, pause_s = self._trader.act(self.view(), at_s)
        for intent in intents:
            for ticket in self._tickets(intent):
                self._place(ticket)
            if isinstance(intent, Withdraw):
                self._withdraw(intent.symbol)
            words = {"did": type(intent).__name__.lower(), "symbol": intent.symbol}
            if isinstance(intent, Enter):
                words["why"] = intent.why
            self._floor.record.add(self._floor.clock.now(), "trader", words)
        return pause_s

    def view(self) -> View:
        """Return what the trader sees now."""
        exchange = self._floor.exchange
        listed = active(exchange.contracts.values())
        return View(
            nets={
                each.symbol: exchange.positions[each.id].net
                for each in listed.values()
                if each.id in exchange.positions
            },
            working=tuple(
                (exchange.contracts[order.ticket.contract_id].symbol, order)
                for order in exchange.working()
            ),
            lasts={
                symbol: each.ticks(exchange.touches[each.id].last)
                for symbol, each in listed.items()
            },
            result=exchange.balance - self._balance,
        )

    def _tickets(self, intent: Intent) -> list[Ticket]:
        contract = active(self._floor.exchange.contracts.values())[intent.symbol]
        touch = self._floor.exchange.touches[contract.id]
        match intent:
            case Enter(size=size):
                return [_ticket(contract, OrderType.MARKET, size)]
            case Protect(size=size, ticks=ticks):
                return [
                    _ticket(
                        contract, OrderType.STOP, size, stop=_away(contract, touch, size, ticks)
                    )
                ]
            case Aim(size=size, ticks=ticks):
                limit = _away(contract, touch, -size, ticks)
                return [_ticket(contract, OrderType.LIMIT, size, limit=limit)]
            case Withdraw():
                return []

    def _place(self, ticket: Ticket) -> None:
        self._floor.exchange.place(ticket, self._floor.clock.now())
        self._floor.tell()

    def _withdraw(self, symbol: str) -> None:
        for name, order in self.view().working:
            if name == symbol:
                self._floor.exchange.cancel(order.id, self._floor.clock.now())
        self._floor.tell()


def _ticket(
    contract: Contract,
    kind: OrderType,
    size: int,
    *,
    limit: Decimal | None = None,
    stop: Decimal | None = None,
) -> Ticket:
    side = OrderSide.BID if size > 0 else OrderSide.ASK
    return Ticket(contract.id, kind, side, abs(size), limit=limit, stop=stop, source="trader")


def _away(contract: Contract, touch: Touch, size: int, ticks: int) -> Decimal:
    """Return the price `ticks` from the market, on the far side for an order of `size`."""
    if size > 0:
        return contract.price(contract.ticks(touch.ask) + ticks)
    return contract.price(max(1, contract.ticks(touch.bid) - ticks))
