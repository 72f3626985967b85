"""A trader without restraint and the market that he trades in, drawn from a day's chance."""

import asyncio
from datetime import datetime
from decimal import Decimal

from curb.domain.events import FlattenAsked, SelfLockAsked
from curb.paper.answer import Answer
from curb.paper.exchange import Exchange
from curb.paper.orders import Bracket, Ticket
from curb.wire.codes import OrderSide, OrderType
from tests.sim import rules
from tests.sim.broker import ACCOUNT
from tests.sim.day import Day
from tests.sim.life import BYTES

_SYMBOLS = ("ES", "MES", "MNQ")
_RESTS_S = 1.5  # between two quotes of a market that stands still


class Trader:
    """Acts until he is told to rest; the market goes on, but stands still then."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._broker = day.broker
        self._rng = day.chance("trader")
        self._market = day.chance("market")
        self._rests = False
        self.deeds = [
            (40, self._trades),
            (25, self._places),
            (10, self._cancels),
            (10, self._rushes),
            (4, self._voids),
            (6, self._asks),
            (3, self._edits),
        ]
        day.beside(self._act())
        day.beside(self._move())

    def rest(self) -> None:
        """Do nothing more."""
        self._rests = True

    async def _act(self) -> None:
        weights, deeds = zip(*self.deeds, strict=True)
        while not self._rests:
            await asyncio.sleep(self._rng.choice((0.05, 0.3, 1.0, 4.0, 25.0)))
            if not self._rests:
                self._day.disturb()
                self._rng.choices(deeds, weights)[0]()

    async def _move(self) -> None:
        while True:
            await asyncio.sleep(_RESTS_S if self._rests else self._market.uniform(0.1, 0.9))
            ticks = 0 if self._rests else self._market.randrange(-4, 5)
            self._broker.move(self._cid(), ticks)

    def _cid(self) -> str:
        return self._broker.id_of(self._market.choice(_SYMBOLS))

    def _trades(self) -> None:
        size = self._rng.choice((-3, -2, -1, 1, 2, 3))
        side = OrderSide.BID if size > 0 else OrderSide.ASK
        self._place(Ticket(self._cid(), OrderType.MARKET, side, abs(size), source="trader"))

    def _places(self) -> None:
        cid = self._cid()
        kind = self._rng.choice((OrderType.STOP, OrderType.LIMIT))
        side = self._rng.choice((OrderSide.BID, OrderSide.ASK))
        sign = 1 if side is OrderSide.BID else -1
        # Away from the market: a stop beyond it, a limit on the near side.
        away = self._rng.randrange(1, 40) * (1 if kind is OrderType.STOP else -1)
        price = self._price(cid, sign * away)
        limit, stop = (price, None) if kind is OrderType.LIMIT else (None, price)
        size = self._rng.randrange(1, 4)
        stop_loss = None
        if self._rng.random() < 0.2:
            stop_loss = Bracket(-sign * self._rng.randrange(4, 30), OrderType.STOP)
        ticket = Ticket(cid, kind, side, size, limit, stop, source="trader", stop_loss=stop_loss)
        self._place(ticket)

    def _place(self, ticket: Ticket) -> None:
        def place(exchange: Exchange, now: datetime) -> Answer:
            return exchange.place(ticket, now)

        self._broker.act(place)

    def _price(self, cid: str, ticks: int) -> Decimal:
        exchange = self._broker.exchange
        return exchange.touches[cid].last + ticks * exchange.contracts[cid].tick_size

    def _cancels(self) -> None:
        if ids := [order.id for order in self._broker.working()]:
            order_id = self._rng.choice(ids)

            def cancel(exchange: Exchange, now: datetime) -> Answer:
                return exchange.cancel(order_id, now)

            self._broker.act(cancel)

    def _rushes(self) -> None:
        """Let the market run, far and at once."""
        self._broker.move(self._cid(), self._rng.randrange(-80, 81))

    def _voids(self) -> None:
        valid = [trade.id for trade in self._broker.trades() if not trade.is_voided]
        if valid:
            trade_id = self._rng.choice(valid[-3:])

            def void(exchange: Exchange, _now: datetime) -> Answer:
                return exchange.void(trade_id)

            self._broker.act(void)

    def _asks(self) -> None:
        symbol = self._rng.choice((None, "ES"))
        seconds = self._rng.choice((20, 300, None))
        asked = self._rng.choice(
            (FlattenAsked(ACCOUNT.id, symbol), SelfLockAsked(ACCOUNT.id, seconds, symbol))
        )
        runner = self._day.life.runner
        if self._day.is_up and runner is not None:
            runner.submit(asked)

    def _edits(self) -> None:
        """Save another file, and have it read."""
        wanted, is_confirmed = rules.drawn(self._rng), self._rng.random() < 0.5
        day, runner = self._day, self._day.life.runner
        if day.is_up and runner is not None and day.governing.is_ready:
            day.file = wanted
            now = runner.clock.now()
            runner.act(day.core.reload(wanted, BYTES, now, is_confirmed=is_confirmed))
