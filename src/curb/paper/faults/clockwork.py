"""What goes wrong by itself, whatever anybody does: halts, drops, corrections, odd traders."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from curb.paper.answer import Answer
from curb.paper.calendar import Hours
from curb.paper.contracts import Contract, active
from curb.paper.exchange import Exchange
from curb.paper.faults.faults import Chance, Faults
from curb.paper.floor import Floor
from curb.paper.orders import Ticket
from curb.wire.codes import OrderSide, OrderType, PlaceCode

_TICK_S = 0.05

# What holds orders for a while.
_HOLDING = ("match.pause", "match.pending", "match.cancelling")


class Clockwork:
    """Looks at the plan many times a second. One for a venue, on the floor of its first account."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._faults: Faults = floor.faults
        self._hours: Hours | None = None  # those that were kept before a halt
        self._is_barred = False
        self._is_held = False  # what came in may wait to be matched
        self._holds = 0
        self._trades = {id(each): len(each.exchange.trades) for each in floor.all}
        self._steps: tuple[tuple[str, Callable[[], None]], ...] = (
            ("hub", self._hubs),
            ("session", self._session),
            ("clock", self._clock),
            ("trade", self._corrections),
            ("contract", self._contracts),
            ("trader", self._traders),
            ("md", self._flood),
            ("match", self._matched),
        )

    async def run(self) -> None:
        """Go on until cancelled."""
        while True:
            await asyncio.sleep(_TICK_S)
            self.look()

    def look(self) -> None:
        """Let come what is due now."""
        for group, step in self._steps:
            if self._faults.has(group) or self._is_left(group):
                step()

    def _is_left(self, group: str) -> bool:
        """Tell whether a plan that was lifted left something to put right."""
        is_shut = self._hours is not None or self._is_barred
        # A plan may be laid and lifted between two looks.
        is_held = self._is_held or self._holds != self._holds_now()
        return (group == "session" and is_shut) or (group == "match" and is_held)

    def _holds_now(self) -> int:
        return sum(self._faults.fired[each] for each in _HOLDING)

    def _hubs(self) -> None:
        self._floor.user.look()
        self._floor.market.look()

    def _session(self) -> None:
        is_halted = self._faults.spell("session.halt", "session") is not None
        if is_halted and self._hours is None:
            self._hours = self._floor.exchange.calendar.hours
            self._floor.set_hours("closed")
        elif not is_halted and self._hours is not None:
            self._floor.set_hours(self._hours)
            self._hours = None
        is_barred = self._faults.spell("session.no_trading", "session") is not None
        if is_barred != self._is_barred:
            self._is_barred = is_barred
            for floor in self._floor.all:
                floor.act(lambda exchange: exchange.set_can_trade(can_trade=not is_barred))

    def _clock(self) -> None:
        step = self._faults.chance("clock.step", "clock")
        if step:
            self._floor.clock.advance(timedelta(seconds=step.number("seconds")))

    def _corrections(self) -> None:
        """Void some of the half-turns that came since the last look."""
        for floor in self._floor.all:
            known = self._trades.get(id(floor), 0)
            trades = list(floor.exchange.trades)[known:]
            self._trades[id(floor)] = len(floor.exchange.trades)
            for trade in trades:
                symbol = floor.exchange.contracts[trade.contract_id].symbol
                void = self._faults.chance("trade.void", symbol)
                if void:
                    loop = asyncio.get_running_loop()
                    loop.call_later(void.number("seconds"), _void, floor, trade.id)

    def _contracts(self) -> None:
        for contract in tuple(self._floor.exchange.contracts.values()):
            mutated = self._faults.chance("contract.mutate", contract.symbol)
            if mutated:
                value = contract.tick_value * mutated.whole("factor")
                self._list(replace(contract, tick_value=value))
            if contract.is_active and self._faults.chance("contract.roll", contract.symbol):
                later = contract.rolled()
                self._list(replace(contract, is_active=False))
                for floor in self._floor.all:
                    floor.exchange.touches[later.id] = floor.exchange.touches[contract.id]
                self._list(later)

    def _list(self, contract: Contract) -> None:
        for floor in self._floor.all:
            floor.exchange.contracts[contract.id] = contract

    def _traders(self) -> None:
        script = self._faults.chance("trader.script", "trader")
        if script:
            self._trade(script, script.whole("size"))
        wild = self._faults.chance("trader.random", "trader")
        if wild:
            most = wild.whole("most")
            size = wild.draws.choice([each for each in range(-most, most + 1) if each])
            self._trade(wild, size)
        for contract in self._floor.exchange.contracts.values():
            if contract.id in self._floor.exchange.positions:
                continue
            spite = self._faults.chance("trader.spiteful", "trader", contract.symbol)
            if spite and spite.word("symbol") == contract.symbol:
                self._trade(spite, spite.whole("size"))

    def _trade(self, chance: Chance, size: int) -> None:
        contract = active(self._floor.exchange.contracts.values()).get(chance.word("symbol"))
        if contract is None or not size:
            return
        side = OrderSide.BID if size > 0 else OrderSide.ASK
        ticket = Ticket(contract.id, OrderType.MARKET, side, abs(size))
        self._floor.act(lambda exchange: exchange.place(ticket, self._floor.clock.now()))
        words = {"did": "enter", "symbol": contract.symbol, "why": chance.fault.knob}
        self._floor.record.add(self._floor.clock.now(), "trader", words)

    def _flood(self) -> None:
        """Quote so often that a slow reader falls behind."""
        for contract in tuple(self._floor.exchange.contracts.values()):
            flood = self._faults.spell("md.flood", contract.symbol)
            touch = self._floor.exchange.touches[contract.id]
            for place in range(round(flood.figure("rate") * _TICK_S) if flood else 0):
                last = touch.ask if place % 2 else touch.bid
                self._floor.move(contract, replace(touch, last=last))
                self._floor.quote()

    def _matched(self) -> None:
        """Match what a fault held, once that is over."""
        self._is_held = self._faults.has("match")
        self._holds = self._holds_now()
        for contract in tuple(self._floor.exchange.contracts.values()):
            if self._faults.chance("match.expire", contract.symbol):
                self._expire(contract.id)
        for floor in self._floor.all:
            floor.act(self._matched_at)

    def _expire(self, contract_id: str) -> None:
        for floor in self._floor.all:
            floor.act(lambda exchange: exchange.expire(contract_id, self._floor.clock.now()))

    def _matched_at(self, exchange: Exchange) -> Answer:
        now = self._floor.clock.now()
        for contract_id, touch in tuple(exchange.touches.items()):
            if exchange.calendar.is_open(now):
                exchange.move(contract_id, touch, now)
        return Answer(PlaceCode.SUCCESS)


def _void(floor: Floor, trade_id: int) -> None:
    floor.act(lambda exchange: exchange.void(trade_id))
