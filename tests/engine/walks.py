"""Random markets around accounts that hold positions, so that their limits come near."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from curb.domain.actions import (
    Action,
    CancelOrder,
    CloseContract,
    MoveStop,
    PlaceStop,
    ReadAccount,
    ReduceContract,
    Request,
)
from curb.domain.book import Account, Fill, Order, OrderStatus, OrderType, Position, Side
from curb.domain.events import (
    AccountRead,
    ContractSeen,
    Event,
    FillSeen,
    Link,
    LinkChanged,
    OrderSeen,
    Outcome,
    PositionSeen,
    QuoteSeen,
    RequestEnded,
    Restored,
    TimePassed,
)
from curb.domain.sessions import TradingDays
from curb.engine.policy import Policy
from curb.rules.daily_realized_loss import DailyRealizedLoss
from curb.rules.daily_unrealized_loss import DailyUnrealizedLoss
from curb.rules.max_unrealized_profit import MaxUnrealizedProfit
from curb.rules.no_stop_loss_grace import NoStopLossGrace
from curb.rules.rule import Rule
from curb.rules.trade_management import TradeManagement
from tests.engine.twin import Twin
from tests.scene import NOON, contract, contract_id

NAMES = ("ES", "MNQ", "RTY")
ACCOUNTS = (Account(7, "7", can_trade=True), Account(8, "8", can_trade=True))
_START = Decimal(2000)


def rules(random: Random) -> tuple[Rule, ...]:
    """Return the rules that look at marks, with limits that a walk reaches."""
    pick = random.choice
    limit = [Decimal(pick((60, 100, 300, 900))) for _ in range(3)]
    mode: dict[str, Any] = {"enabled": True, "mode": pick(("enforce", "enforce", "warn"))}
    found: list[Rule] = [
        DailyRealizedLoss(loss_limit=limit[0], basis=pick(("total", "total", "realized")), **mode),
        DailyUnrealizedLoss(loss_limit=limit[1], scope=pick(("position", "account")), **mode),
        MaxUnrealizedProfit(
            target=limit[2],
            exit=pick(("target", "breakeven")),
            arm_ticks=pick((2, 6)),
            scope=pick(("position", "account")),
            lock=pick((True, False)),
            **mode,
        ),
        NoStopLossGrace(grace_s=pick((1, 5)), **mode),
        TradeManagement(
            breakeven_ticks=pick((2, 4)),
            offset_ticks=pick((0, 1)),
            trail_after_ticks=pick((3, 8)),
            trail_ticks=pick((1, 3)),
            respect_manual_stops=pick((True, False)),
            initial_stop_ticks=pick((0, 6)),
            **mode,
        ),
    ]
    return tuple(rule for rule in found if random.random() < 0.7)


class Walk:
    """Two accounts and a market that goes a few ticks at a time; `play` it."""

    def __init__(self, seed: int, watching: tuple[Rule, ...] | None = None) -> None:
        self.random = Random(seed)  # noqa: S311 - reproducible, no secret
        self.now = NOON
        self.quotes = self.quiet = 0  # of contracts that are held, and those that woke nobody
        self.prices = dict.fromkeys(NAMES, _START)
        self.positions: dict[tuple[int, str], Position] = {}
        self.orders: dict[int, Order] = {}
        self.waiting: list[Request] = []
        self.last_id = 0
        self.weights = (100, 2, 6, 1, 1, 8)
        found = rules(self.random) if watching is None else watching
        policy = Policy(found, TradingDays(), "net", "0" * 64, 5)
        self.core = Twin(policy, ACCOUNTS, Restored(), None, lambda _call: None)
        self._took(self.core.start(self.now, {}))
        for name in NAMES:
            self.tell(ContractSeen(contract(name)))
        for link in Link:
            self.tell(LinkChanged(link, is_up=True, words="", generation=1))
        self._answer()
        for account in ACCOUNTS:
            self._hold(Position(account.id, contract_id("MNQ"), 1, _START, self.now, account.id))

    def play(self, steps: int) -> None:
        for _ in range(steps):
            self.now += timedelta(milliseconds=self.random.choice((1, 20, 200)))
            if self.core.deadline(self.now) <= self.now and self.random.random() < 0.7:
                self.tell(TimePassed())
            self.random.choices(
                (self.quote, self.trade, self.stop, self.cancel, self.fill, self._answer),
                self.weights,
            )[0]()

    def quote(self) -> None:
        name = self.random.choice(NAMES)
        tick = contract(name).tick_size
        self.prices[name] += self.random.choice((-2, -1, -1, 1, 1, 2)) * tick
        price = self.prices[name]
        match self.random.randrange(12):
            case 0:  # no trade: the middle stands in, between two ticks at times
                event = QuoteSeen(contract_id(name), self.now, Decimal(0), price - tick, price)
            case 1:
                event = QuoteSeen(contract_id(name), self.now, None, price - tick, price + tick)
            case _:
                event = QuoteSeen(contract_id(name), self.now, price)
        is_held = any(cid == event.contract_id for _, cid in self.positions)
        self.quotes += is_held
        asked = self.core.asked
        self.tell(event)
        self.quiet += is_held and self.core.asked == asked

    def trade(self) -> None:
        account, name = self.random.choice(ACCOUNTS), self.random.choice(NAMES)
        size = self.random.choice((-2, -1, 0, 1, 2))
        thirds = self.random.choice((Decimal(0), Decimal("0.0833333333")))
        average = self.prices[name] + thirds
        self.last_id += 1
        position = Position(account.id, contract_id(name), size, average, self.now, self.last_id)
        self._hold(position)
        if size and self.random.random() < 0.8:
            self._place(position, self.random.choice((1, 3, 20)))

    def stop(self) -> None:
        if self.positions:
            position = self.random.choice(list(self.positions.values()))
            self._place(position, self.random.choice((2, 8, 30)))

    def cancel(self) -> None:
        if self.orders:
            self._end(self.random.choice(sorted(self.orders)), OrderStatus.CANCELLED)

    def fill(self) -> None:
        account, name = self.random.choice(ACCOUNTS), self.random.choice(NAMES)
        self.last_id += 1
        side, pnl = self.random.choice(list(Side)), Decimal(self.random.choice((-20, 5, 30)))
        price = self.prices[name] + self.random.choice((0, 1)) * contract(name).tick_size
        self.tell(
            FillSeen(
                Fill(
                    self.last_id,
                    account.id,
                    contract_id(name),
                    self.last_id,
                    side,
                    1,
                    price,
                    self.now + timedelta(milliseconds=self.random.choice((-5, 5))),
                    pnl,
                )
            )
        )

    def tell(self, event: Event) -> None:
        self._took(self.core.handle(event, self.now))

    def _place(self, position: Position, ticks: int) -> None:
        side = Side.SELL if position.size > 0 else Side.BUY
        average = position.average_price or _START
        name = next(n for n in NAMES if contract_id(n) == position.contract_id)
        tick = contract(name).tick_size
        price = average - (1 if position.size > 0 else -1) * ticks * tick
        self._order(position.account_id, position.contract_id, side, abs(position.size), price)

    def _order(
        self, account: int, cid: str, side: Side, size: int, price: Decimal, tag: str | None = None
    ) -> None:
        self.last_id += 1
        order = Order(
            id=self.last_id,
            account_id=account,
            contract_id=cid,
            side=side,
            type=OrderType.STOP,
            status=OrderStatus.OPEN,
            size=size,
            stop_price=price,
            updated_at=self.now,
            tag=tag,
        )
        self._put(order)

    def _put(self, order: Order) -> None:
        self.orders[order.id] = order
        self.tell(OrderSeen(order))

    def _end(self, number: int, status: OrderStatus) -> None:
        order = self.orders.pop(number, None)
        if order is not None:
            self.tell(OrderSeen(replace(order, status=status, updated_at=self.now)))

    def _hold(self, position: Position) -> None:
        key = (position.account_id, position.contract_id)
        self.positions.pop(key, None)
        if position.size:
            self.positions[key] = position
        self.tell(PositionSeen(position))

    def _took(self, actions: list[Action]) -> None:
        self.waiting += [action for action in actions if isinstance(action, Request)]

    def _read(self, action: ReadAccount) -> AccountRead:
        mine = action.account_id
        account = next(a for a in ACCOUNTS if a.id == mine)
        positions = tuple(p for (i, _), p in self.positions.items() if i == mine)
        orders = tuple(o for o in self.orders.values() if o.account_id == mine)
        fills = () if action.fills_since else None
        return AccountRead(
            action.request_id, mine, self.now, 1, account, positions, orders, fills, 3
        )

    def _answer(self) -> None:
        """Let what was asked for happen, and be answered."""
        waiting, self.waiting = self.waiting, []
        for action in waiting:
            if isinstance(action, ReadAccount):
                self.tell(self._read(action))
            else:
                self._do(action)

    def _do(self, action: Request) -> None:
        outcome = self.random.choice((Outcome.DONE,) * 3 + (Outcome.REFUSED,))
        if outcome is Outcome.DONE:
            self._carry_out(action)
        self.tell(RequestEnded(action.request_id, outcome, 3))

    def _carry_out(self, action: Request) -> None:
        match action:
            case CloseContract(account_id=account, contract_id=cid):
                held = self.positions.get((account, cid))
                if held is not None:
                    self._hold(replace(held, size=0))
            case ReduceContract(account_id=account, contract_id=cid, size=size):
                held = self.positions.get((account, cid))
                if held is not None:
                    sign = 1 if held.size > 0 else -1
                    self._hold(replace(held, size=held.size - sign * size))
            case CancelOrder(order_id=number):
                self._end(number, OrderStatus.CANCELLED)
            case PlaceStop(account_id=account, contract_id=cid, side=side, size=size, price=price):
                self._order(account, cid, side, size, price, action.tag)
            case MoveStop(order_id=number, size=size, price=price) if number in self.orders:
                known = self.orders[number]
                self._put(replace(known, size=size or known.size, stop_price=price))
            case _:
                pass
