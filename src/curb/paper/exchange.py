"""The stand-in exchange: orders, matching, positions and the balance of one account.

Synchronous and without I/O: time comes in as `now`, news goes out through `drain`.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from curb.paper import brackets, ledger, trailing, voids
from curb.paper.amendments import Amendment
from curb.paper.answer import Answer
from curb.paper.calendar import Calendar
from curb.paper.contracts import Contract
from curb.paper.customs import Customs
from curb.paper.faults.faults import Faults
from curb.paper.faults.matching import MatchFaults
from curb.paper.ledger import Position
from curb.paper.orders import TRIGGERED, Order, Ticket, Touch, fill_price, is_hit
from curb.paper.refusals import CLOSED, PAUSED, rejection
from curb.paper.trades import (
    BalanceChanged,
    Change,
    OrderChanged,
    PermissionChanged,
    PositionChanged,
    Trade,
    TradeCorrected,
    Traded,
)
from curb.wire.codes import (
    CancelCode,
    CloseCode,
    ModifyCode,
    OrderSide,
    OrderStatus,
    OrderType,
    PartialCloseCode,
    PlaceCode,
    SearchCode,
)

START_BALANCE = Decimal(50_000)

# More than a day of the wildest trader; older ended orders and half-turns are forgotten.
_ORDERS_KEPT = 20_000
_TRADES_KEPT = 50_000

# A script gone wild is stopped here; no trader has a thousand orders working.
_WORKING_MAX = 1_000


class Exchange:
    """One account's orders, net positions, half-turns and balance."""

    def __init__(
        self,
        contracts: Iterable[Contract],
        *,
        first_id: int,
        position_id: int,
        customs: Customs | None = None,
        calendar: Calendar | None = None,
        faults: Faults | None = None,
    ) -> None:
        self._faults = MatchFaults(faults or Faults(lambda: 0.0))
        self.customs = customs or Customs()
        self.calendar = calendar or Calendar()
        self.contracts = {contract.id: contract for contract in contracts}
        self.touches = {
            each.id: Touch(each.start, each.start + each.tick_size, each.start)
            for each in self.contracts.values()
        }
        self.orders: dict[int, Order] = {}
        self.positions: dict[str, Position] = {}
        self.trades: deque[Trade] = deque(maxlen=_TRADES_KEPT)
        self.balance = START_BALANCE
        self.can_trade = True
        self.next_id = first_id  # above 2**31, as the venue's are
        self.next_position_id = position_id
        self._working: dict[str, set[int]] = {}
        self._tags: set[str] = set()
        self._changes: list[Change] = []

    def place(self, ticket: Ticket, now: datetime) -> Answer:
        """Take, match or reject an order; a rejected one exists with status 5."""
        if not self.can_trade:
            return Answer(PlaceCode.ACCOUNT_VIOLATION, "Account is not allowed to trade.")
        contract = self.contracts.get(ticket.contract_id)
        if contract is None:
            return Answer(PlaceCode.CONTRACT_NOT_FOUND, "Contract not found.")
        if not contract.is_active:
            return Answer(PlaceCode.CONTRACT_NOT_ACTIVE, "Contract is not active.")
        if not self.calendar.is_open(now):
            return Answer(PlaceCode.OUTSIDE_TRADING_HOURS, CLOSED)
        touch = self.touches[contract.id]
        ticket = ticket.joined(touch)
        order = Order(self._new_id(), ticket.plain(), OrderStatus.PENDING, now, now)
        rejected = self._rejected(order.id, ticket, contract)
        if rejected is not None:
            self._put(order.at(OrderStatus.REJECTED, now))
            return rejected
        if ticket.type != OrderType.MARKET:
            order = order.at(OrderStatus.OPEN, now)
        if ticket.trail is not None and ticket.type == OrderType.TRAILING_STOP:
            ticks = trailing.ticks_of(ticket.trail, touch, contract)
            order = trailing.placed(order, ticks, touch, contract)
        for each in brackets.with_exits(order, ticket, self._new_id):
            self._put(each)
        self._match(order.id, now, arriving=True)
        return Answer(PlaceCode.SUCCESS, None, order.id)

    def cancel(self, order_id: int, now: datetime) -> Answer:
        """End a working order; one that ended before answers 2, as an unknown one does."""
        refused = self._faults.refuses("cancel")
        if refused:
            return Answer(CancelCode.ACCOUNT_REJECTED, refused)
        order = self.orders.get(order_id)
        if order is None or not order.is_working:
            return Answer(CancelCode.ORDER_NOT_FOUND, "Order not found.")
        if order.status == OrderStatus.PENDING_CANCELLATION:
            return Answer(CancelCode.PENDING, "Cancellation is pending.")
        if self._faults.delays_cancel(self.contracts[order.ticket.contract_id]):
            self._put(order.at(OrderStatus.PENDING_CANCELLATION, now))
        else:
            self._cancel(order, now)
        return Answer(CancelCode.SUCCESS)

    def expire(self, contract_id: str, now: datetime) -> Answer:
        """End every working order on a contract, as the end of their day does."""
        for order_id in sorted(self._working.get(contract_id, ())):
            self._put(self.orders[order_id].at(OrderStatus.EXPIRED, now))
        return Answer(CancelCode.SUCCESS)

    def modify(
        self,
        order_id: int,
        now: datetime,
        *,
        size: int | None = None,
        limit: Decimal | None = None,
        stop: Decimal | None = None,
        trail: Decimal | None = None,
    ) -> Answer:
        """Change a working order; what is None stays as it was."""
        order = self.orders.get(order_id)
        if order is None or not order.is_working:
            return Answer(ModifyCode.ORDER_NOT_FOUND, "Order not found.")
        if order.status == OrderStatus.PENDING_CANCELLATION:
            return Answer(ModifyCode.PENDING, "Cancellation is pending.")
        contract = self.contracts[order.ticket.contract_id]
        touch = self.touches[contract.id]
        change = Amendment(size, limit, stop, trail)
        reason = change.fault(order, contract, touch)
        if not self.calendar.is_open(now):
            reason = CLOSED
        if reason is not None:
            return Answer(ModifyCode.REJECTED, reason)
        self._put(change.applied(order, contract, touch, now))
        for leg in self._exits(order.id, contract.id):
            if leg.status == OrderStatus.SUSPENDED and size is not None:
                self._put(leg.sized(size, now))
        self._match(order_id, now, arriving=True)
        return Answer(ModifyCode.SUCCESS)

    def close(self, contract_id: str, now: datetime) -> Answer:
        """Close a position with a market order; orders on the contract stay working."""
        return self._exit(contract_id, None, now)

    def close_part(self, contract_id: str, size: int, now: datetime) -> Answer:
        """Close `size` contracts of a position with a market order."""
        return self._exit(contract_id, size, now)

    def move(self, contract_id: str, touch: Touch, now: datetime) -> None:
        """Take a new market of a contract and fill what it reaches, oldest order first."""
        self.touches[contract_id] = touch
        for order_id in sorted(self._working.get(contract_id, ())):
            self._match(order_id, now, arriving=False)

    def void(self, trade_id: int) -> Answer:
        """Take a half-turn back: position, balance and later results are as if it never was.

        Orders stay as they are. What it was part of must be known back to a flat position.
        """
        gone = next((each for each in self.trades if each.id == trade_id), None)
        if gone is None or gone.is_voided:
            return Answer(SearchCode.NOT_FOUND, "Trade not found, or voided before.")
        contract = self.contracts[gone.contract_id]
        before = self.positions.get(contract.id)
        done = voids.void(contract, self.trades, gone, before, self.next_position_id)
        if done is None:
            return Answer(SearchCode.NOT_FOUND, "The position is older than the trades kept.")
        read = {each.id: each for each in done.trades}
        self.trades = deque((read.get(each.id, each) for each in self.trades), _TRADES_KEPT)
        self._changes += [TradeCorrected(each) for each in done.trades]
        self._hold(contract.id, before, done.position)
        self.balance += done.gain
        self._changes.append(BalanceChanged(self.balance))
        return Answer(SearchCode.SUCCESS)

    def set_can_trade(self, *, can_trade: bool) -> Answer:
        """Let the account place orders or not; what it holds can be closed in any case."""
        self.can_trade = can_trade
        self._changes.append(PermissionChanged(can_trade))
        return Answer(PlaceCode.SUCCESS)

    def restore(
        self,
        balance: Decimal,
        orders: Iterable[Order],
        positions: Iterable[Position],
        trades: Iterable[Trade],
    ) -> None:
        """Take up the state of an earlier process; nothing is told of it."""
        self.balance = balance
        self.positions = {each.contract_id: each for each in positions}
        self.trades = deque(trades, maxlen=_TRADES_KEPT)
        for order in orders:
            self._put(order)
        self._changes.clear()
        used = [0, *self.orders, *(trade.id for trade in self.trades)]
        self.next_id = max(self.next_id, max(used) + 1)
        ids = [position.id + 1 for position in self.positions.values()]
        self.next_position_id = max(self.next_position_id, *ids, 0)

    def working(self) -> list[Order]:
        """Return the orders that may still fill, oldest first."""
        ids = sorted(order_id for ids in self._working.values() for order_id in ids)
        return [self.orders[order_id] for order_id in ids]

    def drain(self) -> list[Change]:
        """Return what happened since the last call, in order."""
        changes, self._changes = self._changes, []
        return changes

    def _rejected(self, order_id: int, ticket: Ticket, contract: Contract) -> Answer | None:
        """Return why a new order is rejected, None where it is not."""
        reason = rejection(ticket, contract, self.touches[contract.id], self._tags, self.customs)
        if reason is None and sum(map(len, self._working.values())) >= _WORKING_MAX:
            reason = f"Too many working orders. The limit is {_WORKING_MAX}."
        if reason is not None:
            return Answer(PlaceCode.ORDER_REJECTED, reason, order_id)
        found = self._faults.rejects(contract)
        return Answer(*found, order_id) if found else None

    def _exit(self, contract_id: str, size: int | None, now: datetime) -> Answer:
        """Sell a position off, all of it where no size is given."""
        codes: type[CloseCode | PartialCloseCode] = CloseCode if size is None else PartialCloseCode
        refused = self._faults.refuses("close" if size is None else "part")
        if refused:
            return Answer(codes.ACCOUNT_REJECTED, refused)
        if contract_id not in self.contracts:
            return Answer(codes.CONTRACT_NOT_FOUND, "Contract not found.")
        position = self.positions.get(contract_id)
        if position is None:
            return Answer(codes.POSITION_NOT_FOUND, "Position not found.")
        if size is not None and not 0 < size <= abs(position.net):
            return Answer(PartialCloseCode.INVALID_CLOSE_SIZE, "Invalid close size.")
        if not self.calendar.is_open(now):
            return Answer(codes.ORDER_REJECTED, CLOSED if size is None else None)
        if self._faults.is_paused(self.contracts[contract_id]):
            return Answer(codes.ORDER_REJECTED, PAUSED)
        if self._is_closing(contract_id):
            return Answer(codes.ORDER_PENDING, "A closing order is pending.")
        self._sell_off(position, abs(position.net) if size is None else size, now)
        return Answer(codes.SUCCESS)

    def _is_closing(self, contract_id: str) -> bool:
        orders = (self.orders[order_id] for order_id in self._working.get(contract_id, ()))
        return any(order.ticket.source == "close" for order in orders)

    def _sell_off(self, position: Position, size: int, now: datetime) -> None:
        side = OrderSide.ASK if position.net > 0 else OrderSide.BID
        ticket = Ticket(position.contract_id, OrderType.MARKET, side, size, source="close")
        order = Order(self._new_id(), ticket, OrderStatus.PENDING, now, now)
        self._put(order)
        self._match(order.id, now, arriving=True)
        if self._faults.races(self.contracts[position.contract_id]):
            for order_id in sorted(self._working.get(position.contract_id, ())):
                if self.orders[order_id].ticket.type in TRIGGERED:
                    self.orders[order_id] = replace(self.orders[order_id], is_triggered=True)
                    self._match(order_id, now, arriving=True)

    def _match(self, order_id: int, now: datetime, *, arriving: bool) -> None:
        order = self.orders.get(order_id)
        if order is None or not order.is_working or order.status == OrderStatus.SUSPENDED:
            return
        contract = self.contracts[order.ticket.contract_id]
        if self._faults.holds(order, contract):
            return
        if self._faults.is_cancelled(order, contract):
            self._cancel(order, now)
            return
        touch = self.touches[contract.id]
        order = trailing.followed(order, touch, contract)
        if is_hit(order, touch):
            order = replace(order, is_triggered=True)
            arriving = True
        price = fill_price(order, touch, arriving=arriving)
        if price is not None:
            self._fill(order, price + self._faults.slip(order, contract), now)
        elif order is not self.orders[order_id]:
            self._put(replace(order, updated_at=now))

    def _fill(self, order: Order, price: Decimal, now: datetime) -> None:
        contract = self.contracts[order.ticket.contract_id]
        depth = self._faults.depth(contract) or self.customs.depth
        size = min(order.remaining, depth or order.remaining)
        before = self.positions.get(contract.id)
        done = ledger.apply(
            contract, before, size * order.sign, price, at=now, new_id=self.next_position_id
        )
        order = replace(
            order,
            filled=order.filled + size,
            fill_price=ledger.blended(order.fill_price, order.filled, price, size),
        )
        self._put(order.at(OrderStatus.OPEN if order.remaining else OrderStatus.FILLED, now))
        self._hold(contract.id, before, done.position)
        for half in done.halves:
            self._book(order, half, price, now)
        self._changes.append(BalanceChanged(self.balance))
        self._settle(order, price, size, now)

    def _hold(self, contract_id: str, before: Position | None, after: Position | None) -> None:
        if after is not None:
            if after.id == self.next_position_id:
                self.next_position_id += 1
            self.positions[contract_id] = after
            self._changes.append(PositionChanged(after, is_flat=False))
        elif before is not None:
            del self.positions[contract_id]
            self._changes.append(PositionChanged(before, is_flat=True))

    def _settle(self, order: Order, price: Decimal, size: int, now: datetime) -> None:
        """Wake or grow the exits of an entry; end an exit's rival, and what is left to enter."""
        contract = self.contracts[order.ticket.contract_id]
        exits = [leg.id for leg in self._exits(order.id, contract.id)]
        for leg_id in reversed(exits):  # the target is told first
            self._put(brackets.grown(self.orders[leg_id], contract, price, size, now))
        for leg_id in exits:
            self._match(leg_id, now, arriving=True)
        if order.parent_id is not None:
            for rival in self._exits(order.parent_id, contract.id):
                if rival.id != order.id:
                    left = size if order.remaining else rival.remaining
                    self._put(brackets.shrunk(rival, left, now))
            parent = self.orders.get(order.parent_id)  # None: ended long ago, and forgotten
            if parent is not None and parent.is_working and not order.remaining:
                self._cancel(parent, now)
        are_ended = self.customs.orphans == "cancel" or self._faults.ends_orphans(contract)
        if are_ended and contract.id not in self.positions:
            for left_over in self._awake_exits(contract.id):
                self._put(left_over.at(OrderStatus.CANCELLED, now))

    def _exits(self, entry_id: int, contract_id: str) -> list[Order]:
        """Return the exits of an entry that have not ended, the stop first."""
        ids = sorted(self._working.get(contract_id, ()))
        return [self.orders[each] for each in ids if self.orders[each].parent_id == entry_id]

    def _awake_exits(self, contract_id: str) -> list[Order]:
        orders = (self.orders[each] for each in sorted(self._working.get(contract_id, ())))
        return [each for each in orders if each.parent_id and each.status != OrderStatus.SUSPENDED]

    def _cancel(self, order: Order, now: datetime) -> None:
        """End an order; exits that wait for it end, too, those of what was filled stay."""
        self._put(order.at(OrderStatus.CANCELLED, now))
        for leg in self._exits(order.id, order.ticket.contract_id):
            if leg.status == OrderStatus.SUSPENDED:
                self._put(leg.at(OrderStatus.CANCELLED, now))

    def _book(self, order: Order, half: ledger.Half, price: Decimal, now: datetime) -> None:
        trade = Trade.of(self._new_id(), order, half, price, now)
        self.trades.append(trade)
        self.balance += (half.pnl or Decimal(0)) - half.fees
        self._changes.append(Traded(trade))

    def _put(self, order: Order) -> None:
        self.orders[order.id] = order
        working = self._working.setdefault(order.ticket.contract_id, set())
        if order.is_working:
            working.add(order.id)
        else:
            working.discard(order.id)
        if order.ticket.tag:
            self._tags.add(order.ticket.tag)
        self._changes.append(OrderChanged(order))
        if len(self.orders) > _ORDERS_KEPT:
            oldest = next(each for each in self.orders.values() if not each.is_working)
            del self.orders[oldest.id]
            self._tags.discard(oldest.ticket.tag or "")

    def _new_id(self) -> int:
        self.next_id += 1
        return self.next_id - 1
