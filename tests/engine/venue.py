"""A broker of one account as plain tables; what it does it also wants to tell, in order."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from curb.domain.book import Account, Fill, Order, OrderStatus, OrderType, Position, Side
from curb.domain.events import AccountSeen, Event, FillSeen, OrderSeen, PositionSeen, QuoteSeen
from curb.domain.market import Contract
from tests.scene import ACCOUNT, contract

_FEES = Decimal("0.37")  # each contract and half-turn
_CENT = Decimal("0.01")
_COMMISSIONS = Decimal("0.25")


@dataclass
class Venue:
    """Market orders fill at once at the price of the moment; stops and limits when it is met."""

    now: datetime
    prices: dict[str, Decimal]  # by contract id
    account: Account = ACCOUNT
    positions: dict[str, Position] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    fills: dict[int, Fill] = field(default_factory=dict)
    told: list[Event] = field(default_factory=list)
    last_id: int = 0

    def trade(self, cid: str, signed: int) -> None:
        """Fill a market order."""
        self.last_id += 1
        self._fill(cid, signed, self.prices[cid], self.last_id)

    def place(
        self,
        cid: str,
        side: Side,
        kind: OrderType,
        size: int,
        price: Decimal,
        tag: str | None = None,
    ) -> Order:
        """Let an order rest."""
        self.last_id += 1
        order = Order(
            id=self.last_id,
            account_id=self.account.id,
            contract_id=cid,
            side=side,
            type=kind,
            status=OrderStatus.OPEN,
            size=size,
            limit_price=price if kind is OrderType.LIMIT else None,
            stop_price=price if kind is OrderType.STOP else None,
            created_at=self.now,
            updated_at=self.now,
            tag=tag,
        )
        self.orders[order.id] = order
        self.told.append(OrderSeen(order))
        return order

    def change(self, order_id: int, size: int | None, price: Decimal) -> bool:
        """Bring a resting stop to a size and a price; tell whether there was one."""
        order = self.orders.get(order_id)
        if order is None:
            return False
        changed = replace(order, size=size or order.size, stop_price=price, updated_at=self.now)
        self.orders[order_id] = changed
        self.told.append(OrderSeen(changed))
        return True

    def cancel(self, order_id: int) -> bool:
        """Cancel a resting order; tell whether there was one."""
        return self._finish(order_id, OrderStatus.CANCELLED)

    def close(self, cid: str, size: int | None = None) -> bool:
        """Close a position or `size` of it, never more; tell whether there was one."""
        held = self.positions.get(cid)
        if held is None:
            return False
        closed = min(size or abs(held.size), abs(held.size))
        self.trade(cid, -closed if held.size > 0 else closed)
        return True

    def move(self, cid: str, price: Decimal) -> None:
        """Let the market trade at a price: it is quoted, and resting orders that it meets fill."""
        self.prices[cid] = price
        self.told.append(QuoteSeen(cid, self.now, price))
        for order in [o for o in self.orders.values() if o.contract_id == cid and _meets(o, price)]:
            self._finish(order.id, OrderStatus.FILLED)
            self._fill(cid, order.side.value * order.size, price, order.id)

    def void(self, fill_id: int) -> None:
        """Take a fill back: the position that it made goes with it."""
        fill = self.fills[fill_id]
        self.fills[fill_id] = replace(fill, is_voided=True)
        self.told.append(FillSeen(self.fills[fill_id]))
        held = self.positions.get(fill.contract_id)
        size = (held.size if held else 0) - fill.signed
        self._hold(fill.contract_id, size, held.average_price if held else fill.price)

    def permit(self, *, can_trade: bool) -> None:
        """Let the account trade, or forbid it."""
        self.account = replace(self.account, can_trade=can_trade)
        self.told.append(AccountSeen(self.account))

    def _finish(self, order_id: int, status: OrderStatus) -> bool:
        order = self.orders.pop(order_id, None)
        if order is None:
            return False
        filled = order.size if status is OrderStatus.FILLED else 0
        final = replace(order, status=status, filled=filled, updated_at=self.now)
        self.told.append(OrderSeen(final))
        return True

    def _fill(self, cid: str, signed: int, price: Decimal, order_id: int) -> None:
        held = self.positions.get(cid)
        before = held.size if held else 0
        average = held.average_price if held else None
        closed = min(abs(signed), abs(before)) if before * signed < 0 else 0
        pnl = None
        if closed and average is not None:
            made = terms(cid).value(price - average, closed if before > 0 else -closed)
            pnl = made.quantize(_CENT)
        self.last_id += 1
        self.now += timedelta(microseconds=1)  # no two fills have one stamp
        fill = Fill(
            id=self.last_id,
            account_id=self.account.id,
            contract_id=cid,
            order_id=order_id,
            side=Side.BUY if signed > 0 else Side.SELL,
            size=abs(signed),
            price=price,
            at=self.now,
            pnl=pnl,
            fees=_FEES * abs(signed),
            commissions=_COMMISSIONS * abs(signed),
        )
        self.fills[fill.id] = fill
        self.told.append(FillSeen(fill))
        after = before + signed
        if before * after > 0 and abs(after) < abs(before):
            paid = average  # what is left keeps its price
        elif before * after > 0 and average is not None:
            paid = (average * abs(before) + price * abs(signed)) / abs(after)
        else:
            paid = price
        self._hold(cid, after, paid)

    def _hold(self, cid: str, size: int, average: Decimal | None) -> None:
        held = self.positions.get(cid)
        if held is not None and held.size * size > 0:
            position = replace(held, size=size, average_price=average)
        else:
            self.last_id += 1
            number = held.id if held is not None and not size else self.last_id
            position = Position(self.account.id, cid, size, average, self.now, number)
        if size:
            self.positions[cid] = position
        else:
            self.positions.pop(cid, None)
        self.told.append(PositionSeen(position))


def terms(cid: str) -> Contract:
    """Return the description of a contract by its id."""
    return _BY_ID[cid]


def _meets(order: Order, price: Decimal) -> bool:
    sign = order.side.value
    if order.limit_price is not None:
        return (price - order.limit_price) * sign <= 0
    return order.stop_price is not None and (price - order.stop_price) * sign >= 0


def realized(fills: Iterable[Fill]) -> tuple[Decimal, Decimal]:
    """Return gross and net of fills in whole tenths of a cent, added up one by one."""
    gross = net = 0
    for fill in fills:
        if not fill.is_voided:
            made = int((fill.pnl or Decimal(0)) * 10_000)
            gross += made
            net += made - int(fill.fees * 10_000) - int(fill.commissions * 10_000)
    return Decimal(gross) / 10_000, Decimal(net) / 10_000


_BY_ID = {c.id: c for c in map(contract, ("ES", "MES", "NQ", "MNQ"))}
