"""One account as the rules see it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from curb.domain.book import Account, Fill, Order, OrderStatus, Position
from curb.domain.events import (
    AccountRead,
    AccountSeen,
    Event,
    FillSeen,
    Link,
    OrderSeen,
    PositionSeen,
    QuoteSeen,
    Restored,
)
from curb.domain.highs import High
from curb.domain.locks import Grace, Lock
from curb.domain.market import Contract
from curb.domain.money import ZERO
from curb.domain.sessions import TradingDays
from curb.state.contracts import Contracts
from curb.state.highs import Highs
from curb.state.links import Links
from curb.state.lockouts import Lockouts
from curb.state.orders import Orders
from curb.state.pnl import Pnl, sum_known
from curb.state.positions import Positions
from curb.state.protection import is_protective
from curb.state.quotes import Quotes
from curb.state.resets import Resets
from curb.state.timers import Timers
from curb.state.trades import Trades
from curb.state.untold import Untold, untold


class Market:
    """What all accounts share: contracts, quotes and the state of the links."""

    def __init__(self) -> None:
        self.contracts = Contracts()
        self.quotes = Quotes()
        self.links = Links()
        self.accounts = 1  # that share the gateway's request limit


@dataclass(frozen=True, slots=True)
class Learnt:
    """What an event changed: what has to be kept, and which fills were not known before."""

    fills: tuple[Fill, ...] = ()
    corrected: tuple[Fill, ...] = ()  # known before, and put right by REST
    positions: tuple[Position, ...] = ()
    orders: tuple[Order, ...] = ()
    graces: tuple[Grace, ...] = ()
    locks: tuple[Lock, ...] = ()
    highs: tuple[High, ...] = ()
    ended_highs: tuple[High, ...] = ()
    untold: tuple[Untold, ...] = ()  # what no hub told, though the user hub was up


NOTHING = Learnt()

# What is told of one account; all else changes what accounts share, or nothing.
_OWN = AccountSeen | AccountRead | FillSeen | OrderSeen | PositionSeen


class AccountState:
    """Everything known of one account. Rules read it and change nothing."""

    def __init__(self, account: Account, market: Market, days: TradingDays, basis: str) -> None:
        self.account = account
        self.market = market
        self.basis = basis
        self._told_at: datetime | None = None  # when the hub last told of the account
        self.could_trade = account.can_trade is True
        self.read_at: datetime | None = None  # when the last whole read began
        self.differences = 0  # what reads showed that no hub had told
        self.positions = Positions()
        self.orders = Orders()
        self.trades = Trades()
        self.pnl = Pnl()
        self.lockouts = Lockouts()
        self.timers = Timers()
        self.highs = Highs()
        self.resets = Resets(days)

    def apply(self, event: Event, now: datetime, *, is_own_close: bool = False) -> Learnt:
        """Take in an event of this account and return what it changed."""
        if isinstance(event, QuoteSeen):
            return Learnt(highs=self._raised(event.contract_id))
        if not isinstance(event, _OWN):
            return NOTHING
        positions, orders = self._held(event), self._working(event)
        fills: tuple[Fill, ...] = ()
        corrected: tuple[Fill, ...] = ()
        match event:
            case AccountSeen(account):
                self.account, self._told_at = account, now
            case FillSeen(fill):
                fills = self._fill(fill, now, is_own_close=is_own_close)
            case AccountRead():
                corrected = self._correct(event)
                fills = self._read(event, now)
            case _:
                self.positions.apply(event, now)
                self.orders.apply(event, now)
        # That trading was allowed at some time tells a loss of the right from its absence.
        self.could_trade = self.could_trade or self.account.can_trade is True
        moved = self._moved(positions, self._held(event))
        learnt = Learnt(
            fills=fills,
            corrected=corrected,
            positions=moved,
            orders=self._changed_orders(orders, self._working(event)),
            graces=self._ended_graces(positions, moved),
            locks=self._lowered(event, moved),
            ended_highs=self.highs.end_except(self.positions) if self.positions.is_known else (),
            highs=self._raised_since(event),
        )
        if isinstance(event, AccountRead):
            untold = self._untold(event, positions, orders, fills)
            self._note_read(event, learnt)
            learnt = replace(learnt, untold=untold)
        return learnt

    def restore(self, event: Restored) -> None:
        """Take in what the database kept of this account."""
        mine = self.account.id
        for fill in event.fills:
            if fill.account_id == mine and self.trades.restore(fill):
                self.pnl.add(fill, self.resets.days.day_of(fill.at))
        for lock in event.locks:
            if lock.account_id == mine:
                self.lockouts.add(lock)
        for grace in event.graces:
            if grace.account_id == mine:
                self.timers.start(grace)
        for high in event.highs:
            if high.account_id == mine:
                self.highs.restore(high)
        self.resets.day = next((day for i, day in event.resets if i == mine), None)

    def day(self, now: datetime) -> date:
        """Return the trading day at `now`."""
        return self.resets.days.day_of(now)

    def realized(self, now: datetime) -> Decimal:
        """Return the day's realized P&L in the basis in force, in dollars."""
        return self.pnl.realized(self.day(now), self.basis)

    def unrealized(self, position: Position) -> Decimal | None:
        """Return a position's open P&L in dollars, price only; None where it is unknown."""
        contract = self.market.contracts.get(position.contract_id)
        mark = self.market.quotes.mark(position.contract_id)
        average = position.average_price
        if contract is None or mark is None or average is None or not position.is_side_known:
            return None
        return contract.value(mark - average, position.size)

    def ticks(self, position: Position) -> Decimal | None:
        """Return how many ticks per contract a position is in profit; None where unknown."""
        contract, made = self.contract(position.contract_id), self.unrealized(position)
        if contract is None or made is None:
            return None
        return made / (abs(position.size) * contract.tick_value)

    def open_pnl(self) -> tuple[Decimal | None, bool]:
        """Return the sum of the known open P&L, and whether every position's is known."""
        return sum_known(self.unrealized(position) for position in self.positions)

    def note_extremes(self, now: datetime) -> None:
        """Remember the best and the worst that the day's P&L has been."""
        known, is_whole = self.open_pnl()
        if is_whole:
            self.pnl.watch(self.day(now), self.realized(now) + (known or ZERO))

    def contract(self, contract_id: str) -> Contract | None:
        """Return the contract, None while unknown."""
        return self.market.contracts.get(contract_id)

    def is_stale(self, contract_id: str, now: datetime) -> bool:
        """Tell whether the contract's mark is too old to clear anything."""
        is_live = self.market.links[Link.MARKET_HUB].is_up
        return not is_live or self.market.quotes.is_stale(contract_id, now)

    def stops(self, position: Position) -> tuple[Order, ...]:
        """Return the orders that protect a position: see `is_protective`."""
        mark = self.market.quotes.mark(position.contract_id)
        orders = self.orders.of(position.contract_id)
        return tuple(order for order in orders if is_protective(order, position, mark))

    def _fill(self, fill: Fill, now: datetime, *, is_own_close: bool) -> tuple[Fill, ...]:
        known = self.trades.get(fill.id)
        if not self.trades.add(fill, is_own_close=is_own_close):
            return ()
        # A void takes out what was counted, though it may tell other figures by now.
        counted = replace(known, is_voided=True) if known else fill
        self.pnl.add(counted, self.resets.days.day_of(counted.at))
        self.positions.fill(counted, now)
        return (fill,)

    def _correct(self, event: AccountRead) -> tuple[Fill, ...]:
        """Take REST's word for fills known otherwise: the database may have been edited."""
        corrected = []
        for fill in event.fills or ():
            change = self.trades.correct(fill)
            if change is not None:
                self.pnl.correct(*change, self.resets.days.day_of)
                corrected.append(change[1])
        return tuple(corrected)

    def _read(self, event: AccountRead, now: datetime) -> tuple[Fill, ...]:
        is_newer = self._told_at is None or event.began_at > self._told_at
        if event.account is not None and is_newer:
            self.account = event.account
        told = sorted(event.fills or (), key=lambda fill: (fill.at, fill.id))
        if self.positions.is_known:
            # Fills missed on the hub come before the positions that they led to: what they
            # made was told long ago, where they are old.
            found = [f for f in told if self._fill(f, min(f.at, now), is_own_close=False)]
            self.positions.apply(event, now)
        else:
            self.positions.apply(event, now)
            found = [fill for fill in told if self.trades.add(fill)]
            for fill in found:
                self.pnl.add(fill, self.resets.days.day_of(fill.at))
            self.positions.history(self.trades.valid())
        self.orders.apply(event, now)
        return tuple(found)

    def _untold(
        self,
        event: AccountRead,
        positions: dict[str, Position],
        orders: dict[int, Order],
        fills: tuple[Fill, ...],
    ) -> tuple[Untold, ...]:
        """Return what came up since the whole read before, while the hub was up all the time."""
        hub, read_at = self.market.links[Link.USER_HUB], self.read_at
        if event.positions is None or event.orders is None or not hub.is_up:
            return ()
        if read_at is None or hub.since is None or read_at < hub.since:
            return ()
        new = tuple(fill for fill in fills if fill.at >= hub.since)
        held = {position.contract_id: position for position in self.positions}
        return untold((positions, held), (orders, {order.id: order for order in self.orders}), new)

    def _note_read(self, event: AccountRead, learnt: Learnt) -> None:
        """Count what a read was the first to show; the first read is no news of that kind."""
        if event.positions is None or event.orders is None:
            return
        if self.read_at is not None:
            found = (learnt.fills, learnt.corrected, learnt.positions, learnt.orders)
            self.differences += sum(map(len, found))
        self.read_at = event.began_at

    def _raised(self, contract_id: str) -> tuple[High, ...]:
        """Raise the high of a contract's position to its mark."""
        position = self.positions.get(contract_id)
        ticks = self.ticks(position) if position else None
        mark = self.market.quotes.mark(contract_id)
        if position is None or ticks is None or mark is None:
            return ()
        high = self.highs.raise_to(position, ticks, mark)
        return (high,) if high else ()

    def _raised_since(self, event: Event) -> tuple[High, ...]:
        """Raise the high of a position that was told later than the mark it has by now.

        A mark from before it opened is no profit of a position.
        """
        match event:
            case FillSeen(fill):
                contract_id, since = fill.contract_id, fill.at
            case PositionSeen(position) if position.opened_at:
                contract_id, since = position.contract_id, position.opened_at
            case _:
                return ()
        at = self.market.quotes.at(contract_id)
        return self._raised(contract_id) if at is not None and at > since else ()

    def _held(self, event: Event) -> dict[str, Position]:
        """Return the open positions that an event may change."""
        match event:
            case PositionSeen(position):
                known = self.positions.get(position.contract_id)
                return {known.contract_id: known} if known else {}
            case AccountRead():
                return {position.contract_id: position for position in self.positions}
            case _:
                return {}

    def _working(self, event: Event) -> dict[int, Order]:
        """Return the working orders that an event may change."""
        match event:
            case OrderSeen(order):
                known = self.orders.get(order.id)
                return {known.id: known} if known else {}
            case AccountRead():
                return {order.id: order for order in self.orders}
            case _:
                return {}

    def _moved(
        self, before: dict[str, Position], after: dict[str, Position]
    ) -> tuple[Position, ...]:
        gone = [replace(p, size=0) for c, p in before.items() if c not in after]
        changed = [p for c, p in after.items() if before.get(c) != p]
        return (*gone, *changed)

    def _changed_orders(
        self, before: dict[int, Order], after: dict[int, Order]
    ) -> tuple[Order, ...]:
        gone = [
            replace(o, status=OrderStatus.CANCELLED) for i, o in before.items() if i not in after
        ]
        changed = [o for i, o in after.items() if before.get(i) != o]
        return (*gone, *changed)

    def _ended_graces(
        self, before: dict[str, Position], moved: tuple[Position, ...]
    ) -> tuple[Grace, ...]:
        """End the grace periods of positions that closed or reversed."""
        if not self.timers:
            return ()
        ended = []
        for position in moved:
            known = before.get(position.contract_id)
            if known is not None and known.size * position.size <= 0:
                mine = [g for g in self.timers if g.contract_id == position.contract_id]
                ended += [g for g in mine if self.timers.stop(g.rule, g.contract_id)]
        if self.positions.is_known:
            lost = [g for g in self.timers if not self.positions.size(g.contract_id)]
            ended += [g for g in lost if self.timers.stop(g.rule, g.contract_id)]
        return tuple(ended)

    def _lowered(self, event: Event, moved: tuple[Position, ...]) -> tuple[Lock, ...]:
        if not self.lockouts:
            return ()
        sizes = self._shown(event) | {p.contract_id: p.size for p in moved}
        found: dict[tuple[int, str, str | None], Lock] = {}
        for contract_id, size in sizes.items():
            for lock in self.lockouts.lower_ceilings(contract_id, size):
                found[lock.key] = lock
        return tuple(found.values())

    def _shown(self, event: Event) -> dict[str, int]:
        """Return the sizes that a read shows where nothing is on its way, moved or not.

        A ceiling may be above them: fills told of more than there was, or the position fell
        while nobody watched.
        """
        if not isinstance(event, AccountRead) or event.positions is None:
            return {}
        named = dict.fromkeys(cid for lock in self.lockouts for cid, _ in lock.ceilings)
        is_quiet = self.positions.is_quiet
        return {cid: self.positions.size(cid) for cid in named if is_quiet(cid, event.began_at)}
