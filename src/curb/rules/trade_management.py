"""RULE-012: the protective stop that follows a profit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, ClassVar

from pydantic import Field

from curb.domain.book import Order, OrderType, Position, Side
from curb.domain.calm import NO_LESS, NO_MORE, Bound, OfMark, Share
from curb.domain.decisions import Decision, StopMove, measured
from curb.domain.events import (
    AccountRead,
    AccountSeen,
    ContractSeen,
    Event,
    FillSeen,
    OrderSeen,
    PositionSeen,
    QuoteSeen,
    TimePassed,
)
from curb.domain.headroom import FiresAt, Headroom
from curb.domain.market import Contract
from curb.domain.money import ZERO
from curb.rules.rule import Rule
from curb.rules.unknown import why_unknown
from curb.state.account import AccountState
from curb.state.protection import manual_stops, own_stop, room

# A trailing stop of the venue's follows by itself, and its price reads back as a distance.
_MOVABLE = frozenset((OrderType.STOP, OrderType.STOP_LIMIT))


@dataclass(frozen=True, slots=True)
class _Trade:
    """A position with all that its stop is reckoned from. `side` is 1 long, -1 short."""

    contract: Contract
    side: int
    average: Decimal
    mark: Decimal  # the average where none was seen
    best: Decimal  # the most ticks in profit per contract, 0 where it never was
    is_seen: bool  # whether a mark was

    def at(self, ticks: Decimal | int) -> Decimal:
        """Return the price so many ticks in profit, on the tick nearer the market."""
        return self.nearer(self.average + self.side * ticks * self.contract.tick_size)

    def nearer(self, price: Decimal) -> Decimal:
        """Return the price on the tick nearer the market."""
        towards = ROUND_CEILING if self.side > 0 else ROUND_FLOOR
        size = self.contract.tick_size
        return (price / size).to_integral_value(towards) * size

    def tightest(self) -> Decimal:
        """Return the price nearest the mark at which a stop still rests.

        A mark between two ticks is the middle of a quote, and one side of it is nearer.
        """
        behind = ROUND_FLOOR if self.side > 0 else ROUND_CEILING
        size = self.contract.tick_size
        return (self.mark / size).to_integral_value(behind) * size - self.side * size

    def held(self, price: Decimal) -> Decimal:
        """Return a mark up to which no stop tighter than one at `price` rests."""
        nearest = self.nearer(price)
        return nearest + self.side * self.contract.tick_size if nearest == price else nearest

    def is_tighter(self, price: Decimal, other: Decimal | None) -> bool:
        """Tell whether a stop at `price` would be reached before one at `other`."""
        return other is None or (price - other) * self.side > 0


@dataclass(frozen=True, slots=True)
class _Level:
    """Where the stop has to stand at least, and why."""

    price: Decimal
    words: str
    trigger: int = 0  # ticks in profit from which on it is asked for
    keys: tuple[str, ...] = ()


class TradeManagement(Rule):
    """A profit has reached a trigger: a stop at breakeven, then behind the best price."""

    id: ClassVar = "RULE-012"
    key: ClassVar = "trade_management"
    title: ClassVar = "Trade management"
    wakes: ClassVar = frozenset(
        (
            AccountRead,
            AccountSeen,
            ContractSeen,
            FillSeen,
            OrderSeen,
            PositionSeen,
            QuoteSeen,
            TimePassed,
        )
    )

    breakeven_ticks: int = Field(gt=0)
    """Ticks per contract in profit that place the stop at the average price."""
    offset_ticks: int = Field(ge=0)
    """Ticks of profit that the breakeven stop keeps."""
    trail_after_ticks: int = Field(gt=0)
    """Ticks per contract in profit from which on the stop follows the best price."""
    trail_ticks: int = Field(gt=0)
    """Ticks behind the best price at which it follows."""
    respect_manual_stops: bool
    """Whether stops placed by hand are left alone; if not, they are moved, tighter only."""
    initial_stop_ticks: int = Field(ge=0)
    """Ticks from the average price of a stop placed at once; 0 places none."""

    def check(self, account: AccountState, event: Event, now: datetime) -> tuple[Decision, ...]:
        """Return where each position's stop has to stand, where it does not yet.

        A price that the market has passed already gives way to the nearest that still rests.
        """
        del event, now
        moves: list[Decision] = []
        for position in account.positions:
            trade = _trade(account, position)
            size = account.positions.settled(position.contract_id)
            if trade is not None and size:
                moves += self._moves(account, trade, size)
        return tuple(moves)

    def headroom(self, account: AccountState, now: datetime) -> Headroom:
        """Return the nearest trigger. It is no limit: coming near it uses nothing up."""
        del now
        limit = f"{self.breakeven_ticks}, {self.trail_after_ticks} ticks"
        blind = why_unknown(account, account.positions)
        trades = [t for t in (_trade(account, p) for p in account.positions) if t is not None]
        if not trades:
            return Headroom("?" if blind else "none open", limit, None if blind else ZERO, blind)
        ahead = {trade: self._next(trade) for trade in trades}
        near = min(trades, key=lambda t: abs(ahead[t][1] - t.mark) / t.contract.tick_size)
        word, price = ahead[near]
        value = f"{near.contract.name} {word} {price}"
        return Headroom(value, limit, None if blind else ZERO, blind)

    def calm(self, account: AccountState, share: Share, now: datetime) -> tuple[Bound, ...] | None:
        """Return where no stop that the mark holds back comes free; no best price may change."""
        del share, now
        bounds: list[Bound] = []
        for position in account.positions:
            trade = _trade(account, position)
            size = account.positions.settled(position.contract_id)
            if trade is not None and size and (wanted := self._wanted(trade)) is not None:
                bounds += self._held_back(account, trade, size, wanted)
        return tuple(bounds)

    def fires(self, account: AccountState, now: datetime) -> tuple[FiresAt, ...]:
        """Return the price of each position's next trigger."""
        del now
        trades = (_trade(account, position) for position in account.positions)
        return tuple(FiresAt(t.contract.id, self._next(t)[1]) for t in trades if t is not None)

    def _next(self, trade: _Trade) -> tuple[str, Decimal]:
        triggers = [
            (Decimal(self.breakeven_ticks), "breakeven at"),
            (Decimal(self.trail_after_ticks), "trailing from"),
        ]
        ahead = [found for found in triggers if found[0] > trade.best]
        if trade.best >= self.trail_after_ticks:
            whole = trade.best.to_integral_value(ROUND_FLOOR)
            ahead.append((whole + 1, "trailing, on at"))
        ticks, word = min(ahead)
        return word, trade.at(ticks)

    def _moves(self, account: AccountState, trade: _Trade, size: int) -> list[StopMove]:
        orders = account.orders.of(trade.contract.id)
        own = own_stop(size, orders)
        # Without a mark a stop may be placed; one that rests could fill at once, tightened.
        level = self._level(trade) if trade.is_seen or own is None else None
        moves: list[StopMove] = []
        if level is not None and trade.is_seen and not self.respect_manual_stops:
            manual = (o for o in manual_stops(size, orders) if o.type in _MOVABLE)
            moves += [
                self._move(trade, order, None, level)
                for order in manual
                if order.stop_price is not None and trade.is_tighter(level.price, order.stop_price)
            ]
        bare = room(size, orders)
        if own is None and level is not None and bare:
            moves.append(self._place(trade, bare, level))
        elif own is not None and bare:
            moves += self._follow(trade, own, bare, level)
        return moves

    def _held_back(
        self, account: AccountState, trade: _Trade, size: int, wanted: _Level
    ) -> Iterator[OfMark]:
        """Yield how far the mark may go before a stop behind `wanted` could be tightened."""
        orders = account.orders.of(trade.contract.id)
        own = own_stop(size, orders)
        stops = [own] if own is not None else []
        if not self.respect_manual_stops:
            stops += [o for o in manual_stops(size, orders) if o.type in _MOVABLE]
        for stop in stops:
            price = stop.stop_price
            if price is not None and trade.is_tighter(wanted.price, price):
                end = trade.held(price)
                low, high = (NO_LESS, end) if trade.side > 0 else (end, NO_MORE)
                yield OfMark(trade.contract.id, low, high)

    def _level(self, trade: _Trade) -> _Level | None:
        """Return the level wanted, or the nearest to it that still rests."""
        level = self._wanted(trade)
        tightest = trade.tightest()
        if level is None or not trade.is_tighter(level.price, tightest):
            return level
        # Beyond the mark it would fill at once; this is the nearest to what was asked.
        words = f"{level.words}, {level.price} is passed"
        return replace(level, price=tightest, words=words)

    def _wanted(self, trade: _Trade) -> _Level | None:
        best = f"{int(trade.best)} ticks in profit"
        levels: list[_Level] = []
        keys: tuple[str, ...]
        if self.initial_stop_ticks:
            words = f"stop {self.initial_stop_ticks} ticks from {trade.average}"
            keys = ("initial_stop_ticks",)
            levels.append(_Level(trade.at(-self.initial_stop_ticks), words, 0, keys))
        if trade.best >= self.breakeven_ticks:
            words = f"{best}, breakeven at {self.breakeven_ticks}"
            keys = ("breakeven_ticks", "offset_ticks")
            at = trade.at(self.offset_ticks)
            levels.append(_Level(at, words, self.breakeven_ticks, keys))
        if trade.best >= self.trail_after_ticks:
            words = f"{best}, {self.trail_ticks} kept behind the best"
            keys = ("trail_after_ticks", "trail_ticks")
            at = trade.at(trade.best - self.trail_ticks)
            levels.append(_Level(at, words, self.trail_after_ticks, keys))
        if not levels:
            return None
        return max(levels, key=lambda found: found.price * trade.side)

    def _follow(
        self, trade: _Trade, own: Order, size: int, level: _Level | None
    ) -> tuple[StopMove, ...]:
        kept = own.stop_price if own.stop_price is not None else trade.tightest()
        if level is not None and trade.is_tighter(level.price, own.stop_price):
            return (self._move(trade, own, size, level),)
        if own.remaining != size:
            words = f"{size} contracts to cover, the stop covers {own.remaining}"
            numbers = measured("contracts covered", own.remaining, "is not", size, {})
            return (self._move(trade, own, size, _Level(kept, words), numbers),)
        return ()

    def _place(self, trade: _Trade, size: int, level: _Level) -> StopMove:
        side = Side.SELL if trade.side > 0 else Side.BUY
        words = f"{level.words}: {side.name.lower()} stop {size} @ {level.price}"
        return self._decision(trade, side, size, None, replace(level, words=words), None)

    def _move(
        self,
        trade: _Trade,
        order: Order,
        size: int | None,
        level: _Level,
        numbers: dict[str, Any] | None = None,
    ) -> StopMove:
        if level.price != order.stop_price:
            moved = f"{level.words}: stop {order.stop_price} -> {level.price}"
            level = replace(level, words=moved)
        return self._decision(trade, order.side, size, order.id, level, numbers)

    def _decision(
        self,
        trade: _Trade,
        side: Side,
        size: int | None,
        order_id: int | None,
        level: _Level,
        numbers: dict[str, Any] | None,
    ) -> StopMove:
        keys = self.clause(*level.keys)
        reached = measured("best ticks in profit", trade.best, ">=", level.trigger, keys)
        return StopMove(
            rule=self.id,
            contract_id=trade.contract.id,
            side=side,
            size=size,
            price=level.price,
            order_id=order_id,
            reason=f"{trade.contract.name}: {level.words}",
            symbol=trade.contract.symbol.upper(),
            numbers=(numbers or reached)
            | {
                "average": str(trade.average),
                "mark": str(trade.mark),
                "best_ticks": str(trade.best),
            },
        )


def _trade(account: AccountState, position: Position) -> _Trade | None:
    """Return what a position's stop is reckoned from, None where something is not known."""
    contract, average = account.contract(position.contract_id), position.average_price
    if contract is None or average is None or not position.is_side_known:
        return None
    side = 1 if position.size > 0 else -1
    high = account.highs.get(position.contract_id)
    mark = account.market.quotes.mark(position.contract_id)
    if mark is None or high is None:
        # After a restart the best price is known before the market: it waits for a mark.
        seen = average if mark is None else mark
        return _Trade(contract, side, average, seen, ZERO, mark is not None)
    best = max((high.price - average) * side / contract.tick_size, ZERO)
    return _Trade(contract, side, average, mark, best, is_seen=True)
